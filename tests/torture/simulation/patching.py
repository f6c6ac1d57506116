"""For the time of a run: the places where the real code would reach for the outside."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import structlog

from tests.torture.simulation.database import Client
from tests.torture.simulation.outbox_rows import MemoryOutboxRows

_LONGEST_RETRY_SECONDS = 4.0


@contextmanager
def simulated_outside(new_id: Callable[[], UUID]) -> Iterator[None]:
    """The outbox of `publish`, ids, the relay's wake-up call and the log.

    The longest pause between two attempts is seconds instead of five minutes: idle virtual time
    costs real time.
    """
    with ExitStack() as stack:
        for place, replacement in (
            ("shared.messaging.outbox.SqlOutboxRows", MemoryOutboxRows),
            ("shared.messaging.outbox.new_id", new_id),
            ("shared.messaging.wakeup._notify", _notify),
            ("shared.messaging.faults._CAP_SECONDS", _LONGEST_RETRY_SECONDS),
        ):
            stack.enter_context(patch(place, replacement))
        stack.enter_context(_quiet())
        yield


async def _notify(database: Client) -> None:
    session = await database.connect()
    try:
        session.database.notify()
    finally:
        session.close()


@contextmanager
def _quiet() -> Iterator[None]:
    before: Any = structlog.get_config()
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _drop(*_: object) -> Any:
    raise structlog.DropEvent
