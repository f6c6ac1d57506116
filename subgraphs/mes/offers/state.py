"""The states of an offer, and what may be decided in each. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.money import Money
from subgraphs.mes.orders.plan import LARGEST_TOTAL

LONGEST_REASON = 500
CHANGED = "The customer has changed the order since"
ENDED = "The order was cancelled or has expired"


class OfferState(StrEnum):
    """WAITING for a person; VOID: the order changed or ended before anyone decided."""

    WAITING = "waiting"
    MADE = "made"
    DECLINED = "declined"
    VOID = "void"


def check_open(state: OfferState, decided_by: str | None, reason: str | None) -> None:
    """Raises Conflict OFFER_VOID or ALREADY_DECIDED when nothing is left to decide."""
    if state is OfferState.VOID:
        raise Conflict(
            f"{reason or CHANGED}: this offer is void. Look at the list for what waits now.",
            "OFFER_VOID",
        )
    if state is not OfferState.WAITING:
        how = "made this offer" if state is OfferState.MADE else "declined to make this offer"
        raise Conflict(
            f"{decided_by or 'Somebody'} has already {how}. Nothing is left to decide.",
            "ALREADY_DECIDED",
            state=state.value.upper(),
            decidedBy=decided_by,
        )


def check_reason(reason: str) -> str:
    """The reason without spaces around it. Raises Invalid REASON."""
    words = " ".join(reason.split())
    if not 1 <= len(words) <= LONGEST_REASON:
        raise Invalid(
            f"Say in 1 to {LONGEST_REASON} characters why: the customer reads it.", "REASON"
        )
    return words


def check_amounts(asked: set[UUID], amounts: Mapping[UUID, int], currency: str) -> None:
    """Amounts before tax for exactly the lines that have no price.

    Raises Invalid AMOUNTS; its detail `problems` has a sentence by the id of the line.
    """
    largest = Money(LARGEST_TOTAL, currency).text
    problems = {
        str(line): f"Give an amount above 0 and up to {largest}, before tax."
        for line in asked
        if not 1 <= amounts.get(line, 0) <= LARGEST_TOTAL
    }
    problems |= {
        str(line): "This line has its price already, or is not in the order. Leave it out."
        for line in amounts.keys() - asked
    }
    if problems:
        raise Invalid(
            "Give an amount for each line that has no price, and for no other.",
            "AMOUNTS",
            problems=problems,
        )
