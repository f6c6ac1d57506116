"""How the gateway reaches a subgraph: in the same process or over HTTP."""

from gateway.edge.transport.base import SubgraphUnavailable, Transport

__all__ = ["SubgraphUnavailable", "Transport"]
