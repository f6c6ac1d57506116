"""What a person does with dead letters: the letters themselves, or all of a group."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid
from shared.messaging.dead_letters import DeadLetters

MOST = 2_000
"""Letters that one act takes, so that it ends before anybody's patience."""

Key = tuple[str, UUID]
_Act = Callable[[Sequence[Key]], Awaitable[Sequence[Key]]]


@dataclass(frozen=True, slots=True)
class Group:
    """Letters of one consumer that are alike; `error` is the kind of the error."""

    consumer: str
    type: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How many letters an act was for, and how many more there are of the group.

    Fewer than were named: somebody else was faster, or it was done before.
    """

    letters: int
    left: int


async def redrive(session: AsyncSession, wanted: Sequence[Key] | Group, actor: str) -> Done:
    """Give them to their consumers again, now and with all attempts."""
    letters = DeadLetters(session)
    return await _act(letters, wanted, lambda keys: letters.redrive(keys, actor))


async def discard(
    session: AsyncSession, wanted: Sequence[Key] | Group, actor: str, reason: str
) -> Done:
    """Give them up, for a reason that stays: events behind them go on. Raises Invalid."""
    if not reason.strip():
        raise Invalid("Say why: whoever looks at it later has nothing else.", "REASON_MISSING")
    letters = DeadLetters(session)
    return await _act(letters, wanted, lambda keys: letters.discard(keys, actor, reason.strip()))


async def _act(letters: DeadLetters, wanted: Sequence[Key] | Group, act: _Act) -> Done:
    if isinstance(wanted, Group):
        keys = await letters.keys(consumer=wanted.consumer, type=wanted.type, error=wanted.error)
    else:
        keys = wanted
    done = await act(keys[:MOST])
    return Done(len(done), max(0, len(keys) - MOST))
