"""The graph of (type, subgraph): what is resolved where, and how to get from one to another."""

from gateway.federation.graph.query_graph import Jump, QueryGraph, Resolution
from gateway.federation.graph.site import Site

__all__ = ["Jump", "QueryGraph", "Resolution", "Site"]
