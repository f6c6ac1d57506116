"""What a transport to the subgraphs promises."""

from collections.abc import Mapping
from typing import Protocol

from gateway.federation import FetchError


class SubgraphUnavailable(FetchError):
    """A subgraph could not be reached, or did not answer with a GraphQL result.

    `subgraph` names it; the message says what happened, for the log and not for the public.
    `passing`: asking again may help, since the connection broke or a proxy found nobody.
    `asked` is False when nothing was sent, because the subgraph failed too often before.
    `answered`: it is there, and only this one request is what it cannot answer.
    """

    def __init__(
        self,
        subgraph: str,
        message: str,
        *,
        passing: bool = False,
        asked: bool = True,
        answered: bool = False,
    ) -> None:
        super().__init__(f"{subgraph}: {message}")
        self.subgraph = subgraph
        self.passing = passing
        self.asked = asked
        self.answered = answered


class Transport(Protocol):
    """Carries one GraphQL request to a subgraph and its answer back, both as JSON bytes."""

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        """Return the body of the answer.

        A `repeatable` request changes nothing, so it may be sent again when its connection
        breaks. Raises `SubgraphUnavailable` when there is no answer: refused, timed out, not
        GraphQL.
        """
        ...

    async def healthy(self, subgraph: str) -> bool:
        """Whether the subgraph says that it can do its work, its database included."""
        ...

    async def close(self) -> None:
        """Let go of connections. A closed transport sends nothing more."""
        ...
