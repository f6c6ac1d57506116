"""A connection with one channel on it, and what can be wrong with either."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import aiormq
from aiormq.abc import AbstractConnection
from aiormq.exceptions import (
    AMQPConnectionError,
    AMQPError,
    ChannelInvalidStateError,
    ChannelPreconditionFailed,
    DeliveryError,
    PublishError,
)
from yarl import URL

FAULTS = (AMQPError, ChannelInvalidStateError, OSError, EOFError, TimeoutError)
"""What a broker that is away, ends or refuses looks like."""

SETUP_SECONDS = 5.0
"""The longest that connecting and declaring may take."""

_HEARTBEAT_SECONDS = 4
CLOSE_SECONDS = 3.0  # what was acknowledged just before has to get there

# Whoever uses the connection logs what happened to it, once and not for each attempt.
logging.getLogger("aiormq").setLevel(logging.CRITICAL)


class _Connection(aiormq.Connection):
    # The broker sends a heartbeat each 2 s: a connection that was cut in silence is given up after
    # (4 + 1) * 1.5 = 7.5 s.
    HEARTBEAT_GRACE_MULTIPLIER = 1.5  # type: ignore[assignment]


async def open_channel(url: str, name: str, *, confirms: bool) -> aiormq.Channel:
    """A channel on a connection of its own, which the broker lists as `name`. Raises `FAULTS`."""
    address = URL(url)
    address = address.with_query(
        {"heartbeat": _HEARTBEAT_SECONDS, "name": f"partline {name}", **address.query}
    )
    connection = _Connection(address)
    try:
        await connection.connect()
        return cast(aiormq.Channel, await connection.channel(publisher_confirms=confirms))
    except BaseException:
        await _close(connection)
        raise


async def close_channel(channel: aiormq.Channel) -> None:
    """Close a channel with its connection, whatever state they are in."""
    await _close(channel.connection)


async def _close(connection: AbstractConnection) -> None:
    with suppress(*FAULTS):
        async with asyncio.timeout(CLOSE_SECONDS):
            await connection.close()


@asynccontextmanager
async def limited(seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError when the block takes longer, and `FAULTS` when its connection ends.

    A connection of aiormq that ends cancels whoever waits for it, which looks as if the waiting
    task itself had been asked to stop; a relay or a consumer would end without a word.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise AMQPConnectionError("the connection to RabbitMQ was closed") from error
    except Exception as error:
        if type(error) is not Exception:
            raise
        # What aiormq gives to whoever waits when it was closed in order, without a reason.
        raise AMQPConnectionError("the connection to RabbitMQ was closed") from error


def explain(error: BaseException) -> str:
    """What is wrong, in a sentence for the log; addresses and passwords are not part of it."""
    match error:
        case ChannelPreconditionFailed():
            return (
                f"{error}. Something of this name exists in RabbitMQ with other arguments: delete "
                "it there (rabbitmqctl delete_queue), and it is declared anew; what was in it is "
                "sent again."
            )
        case PublishError():
            return "RabbitMQ returned an event that no queue is bound for"
        case DeliveryError():
            return "RabbitMQ refused an event: a queue is full or cannot be written to"
        case TimeoutError():
            return "RabbitMQ did not answer in time; it may be short of memory or disk, or cut off"
        case _:
            return str(error) or repr(error)
