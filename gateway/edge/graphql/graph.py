from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.edge.graphql.request import GraphQLRequest


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf subgraphs are asked: the headers that every fetch carries."""

    token: str
    request_id: str


class Graph(Protocol):
    """A composed graph that can be asked."""

    async def execute(self, request: GraphQLRequest, asking: Asking) -> Mapping[str, object]:
        """The GraphQL response. Without `data`, nothing of the request was executed."""
        ...
