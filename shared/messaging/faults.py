"""Which faults pass by themselves, and when to try again: pure rules."""

import random

import asyncpg
import sqlalchemy as sa
from pydantic import ValidationError

from shared.errors import DomainError
from shared.messaging.event import UnknownEvent

MAX_ATTEMPTS = 10
_BASE_SECONDS = 0.5
_CAP_SECONDS = 300.0


def is_permanent(error: Exception) -> bool:
    """The same event would fail in the same way for ever: a schema or a rule is broken."""
    return isinstance(error, DomainError | ValidationError | UnknownEvent)


def is_infrastructure(error: Exception) -> bool:
    """The database is away: it says nothing about the event, so no attempt is counted."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    cause = getattr(cause, "__cause__", None) or cause
    return isinstance(
        cause,
        OSError
        | asyncpg.PostgresConnectionError
        | asyncpg.InterfaceError
        | asyncpg.OperatorInterventionError
        | asyncpg.InsufficientResourcesError
        | sa.exc.TimeoutError,
    )


def retry_delay(attempts: int, chance: random.Random) -> float:
    """Seconds until attempt number `attempts + 1`: full jitter under a doubling cap of 5 minutes.

    Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return chance.uniform(0, min(_CAP_SECONDS, _BASE_SECONDS * 2.0**attempts))
