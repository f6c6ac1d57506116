"""What a service does with the events of others, as it declares it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.envelope import Envelope
from shared.messaging.event import Event

Handler = Callable[[AsyncSession, Any, Envelope], Awaitable[None]]
"""`(session, event, envelope)`: works in the inbox's own transaction, and does no long work."""

Told = tuple[Event, Envelope]

Listener = Callable[[AsyncSession, Sequence[Told]], Awaitable[None]]
"""As a handler, for all events that are applied together, each aggregate's in their order."""


@dataclass(frozen=True)
class Consumer:
    """`name` is unique in the system and never changes: the bus and the inbox remember by it.

    It sees every event of `producers`; those without a handler only move its position on.
    `every` is called with all of them, before the handlers of the events' own classes.
    """

    name: str
    producers: tuple[str, ...]
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    every: Listener | None = None
