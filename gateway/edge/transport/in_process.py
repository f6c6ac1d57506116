"""Subgraphs reached within this process."""

from collections.abc import Mapping

from gateway.edge.transport.base import SubgraphUnavailable
from shared.graphql.endpoint import GraphQLEndpoint
from shared.headers import REQUEST_ID_HEADER, TOKEN_HEADER

_OK = 200


class InProcessTransport:
    """Hands requests to subgraphs in this process: the same bytes and rules, no socket."""

    def __init__(self, endpoints: Mapping[str, GraphQLEndpoint]) -> None:
        self._endpoints = dict(endpoints)

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        """As `Transport.send`; there is no connection that could break."""
        del repeatable
        endpoint = self._endpoints.get(subgraph)
        if endpoint is None:
            raise SubgraphUnavailable(subgraph, "it is not in this process")
        answer = await endpoint.answer(
            body, headers.get(TOKEN_HEADER), headers.get(REQUEST_ID_HEADER)
        )
        if answer.status != _OK:
            raise SubgraphUnavailable(subgraph, f"it refused the request with {answer.status}")
        return answer.body

    async def healthy(self, subgraph: str) -> bool:
        endpoint = self._endpoints.get(subgraph)
        return endpoint is not None and await endpoint.healthy()

    async def close(self) -> None:
        """Nothing is held."""
