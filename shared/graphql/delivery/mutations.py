"""What a manager does with dead letters, in the graph."""

from collections.abc import Sequence
from uuid import UUID

import strawberry
from strawberry import federation

from shared.delivery import acting
from shared.errors import Invalid
from shared.graphql.context import Info
from shared.graphql.delivery.access import actor, admit

LONGEST_REASON = 1_000
REDRIVE = "Give dead letters to their consumers again, now and with all attempts; for managers."
DISCARD = "Give dead letters up, so that what waits behind them goes on; for managers."


@strawberry.input
class DeadLetterKey:
    """One letter."""

    consumer: str
    event_id: strawberry.ID


@strawberry.input(name="DeadLetterGroupKey")
class GroupKey:
    """The open letters of a consumer, of one type of event if it is given, of one error alike."""

    consumer: str
    type: str | None = None
    error: str | None = None


@federation.type(shareable=True)
class DeliveryDone:
    """How many letters it was done with; `left` are more of the group: act once more for them."""

    letters: int
    left: int


async def redrive(
    info: Info, letters: list[DeadLetterKey] | None = None, group: GroupKey | None = None
) -> DeliveryDone:
    """Raises SignInRequired, Forbidden and Invalid."""
    who, wanted = actor(admit(info)), _wanted(letters, group)
    async with info.context.runtime.database.transaction() as session:
        done = await acting.redrive(session, wanted, who)
    return DeliveryDone(letters=done.letters, left=done.left)


async def discard(
    info: Info,
    reason: str,
    letters: list[DeadLetterKey] | None = None,
    group: GroupKey | None = None,
) -> DeliveryDone:
    """Raises SignInRequired, Forbidden and Invalid."""
    who, wanted = actor(admit(info)), _wanted(letters, group)
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"Say it in at most {LONGEST_REASON:,} letters.", "REASON_TOO_LONG")
    async with info.context.runtime.database.transaction() as session:
        done = await acting.discard(session, wanted, who, reason)
    return DeliveryDone(letters=done.letters, left=done.left)


def _wanted(
    letters: list[DeadLetterKey] | None, group: GroupKey | None
) -> Sequence[acting.Key] | acting.Group:
    if group is not None and not letters:
        return acting.Group(group.consumer, group.type, group.error)
    if group is None and letters and len(letters) <= acting.MOST:
        return [_key(letter) for letter in letters]
    raise Invalid(f"Name from 1 to {acting.MOST:,} letters, or one group.", "LETTERS_OR_GROUP")


def _key(letter: DeadLetterKey) -> acting.Key:
    try:
        return letter.consumer, UUID(letter.event_id)
    except ValueError as error:
        raise Invalid(f"{letter.event_id} is no id of an event.", "NO_EVENT_ID") from error
