"""What a source of events promises."""

from collections.abc import AsyncGenerator, Mapping
from typing import Protocol

LARGEST_EVENT = 32 * 1024 * 1024


class EventTooLarge(Exception):
    """An event is larger than anybody may send."""


class StreamBrokenOff(Exception):
    """A stream ended without saying that it is at its end."""


class EventSource(Protocol):
    """Starts subscriptions at subgraphs."""

    def subscribe(
        self, subgraph: str, body: bytes, headers: Mapping[str, str]
    ) -> AsyncGenerator[bytes, None]:
        """The GraphQL responses of a subscription, as JSON, until the subgraph ends it.

        `body` is the request as JSON. Closing the generator ends the subscription at the
        subgraph. Raises `SubgraphUnavailable` when there is no stream, or it breaks off.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
