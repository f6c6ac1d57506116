"""Which faults pass by themselves, and when to try again: pure rules."""

import random

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from db.faults import is_database_away
from shared.errors import DomainError
from shared.messaging.envelope import NotAnEvent
from shared.messaging.event import UnknownEvent

MAX_ATTEMPTS = 10
_BASE_SECONDS = 0.5
_CAP_SECONDS = 300.0
_GIVEN_UP_FOR_ANOTHER = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_ENDED_WAITING = frozenset({"57014", "55P03"})  # query canceled, lock not available


class Awaited(Exception):
    """For a handler to raise: another service's word has to come first. The event is tried again,
    ever less often, for as long as that takes: the other's absence is no fault of the event."""


def is_permanent(error: Exception) -> bool:
    """The same event would fail in the same way for ever: a schema or a rule is broken."""
    return isinstance(error, DomainError | ValidationError | UnknownEvent | NotAnEvent)


def is_infrastructure(error: Exception) -> bool:
    """The database is away: it says nothing about the event, so no attempt is counted.

    An OSError or a TimeoutError of the handler itself is none: that counts.
    """
    return is_database_away(error)


def is_conflict(error: Exception) -> bool:
    """PostgreSQL gave this transaction up for another one; it may simply be run again."""
    return _state(error) in _GIVEN_UP_FOR_ANOTHER


def has_waited_too_long(error: Exception) -> bool:
    """PostgreSQL ended a statement at its time limit: somebody holds what it needs, or it is slow.

    Of the inbox's own statements only the former can be.
    """
    return _state(error) in _ENDED_WAITING


def _state(error: Exception) -> str | None:
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return None if state is None else str(state)


def retry_delay(attempts: int, chance: random.Random) -> float:
    """Seconds until attempt number `attempts + 1`: full jitter under a doubling cap of 5 minutes.

    Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return chance.uniform(0, min(_CAP_SECONDS, _BASE_SECONDS * 2.0**attempts))
