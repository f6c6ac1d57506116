"""Subscriptions at subgraphs within this process."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from gateway.edge.transport import SubgraphUnavailable
from shared.graphql.endpoint import Answer, GraphQLEndpoint
from shared.headers import REQUEST_ID_HEADER, TOKEN_HEADER


class InProcessEventSource:
    """The same bytes and rules as over HTTP, without a socket."""

    def __init__(self, endpoints: Mapping[str, GraphQLEndpoint]) -> None:
        self._endpoints = dict(endpoints)

    async def subscribe(
        self, subgraph: str, body: bytes, headers: Mapping[str, str]
    ) -> AsyncGenerator[bytes, None]:
        """As `EventSource.subscribe`."""
        endpoint = self._endpoints.get(subgraph)
        if endpoint is None:
            raise SubgraphUnavailable(subgraph, "it is not in this process")
        answer = endpoint.subscribe(body, headers.get(TOKEN_HEADER), headers.get(REQUEST_ID_HEADER))
        if isinstance(answer, Answer):
            raise SubgraphUnavailable(subgraph, f"it refused the request with {answer.status}")
        async with aclosing(answer) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Nothing is held."""
