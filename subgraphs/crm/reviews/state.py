"""The states of a review, and what a decision means in each."""

from enum import Enum

from shared.errors import Conflict


class ReviewState(Enum):
    """PENDING waits for a person; WITHDRAWN: the order was cancelled before anyone decided."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


def is_open_to(state: ReviewState, decision: ReviewState, decided_by: str | None) -> bool:
    """Whether `decision` can be taken; False when exactly it was taken before.

    Raises Conflict `ALREADY_DECIDED` when it was decided otherwise.
    """
    if state is ReviewState.PENDING:
        return True
    if state is decision:
        return False
    how = (
        "The order was cancelled meanwhile"
        if state is ReviewState.WITHDRAWN
        else f"{decided_by or 'Somebody'} has already {state.value.lower()} this order"
    )
    raise Conflict(
        f"{how}. Nothing is left to decide.",
        "ALREADY_DECIDED",
        state=state.value,
        decidedBy=decided_by,
    )
