"""Why a step is refused, in words that say what the operator can do next."""

from shared.errors import Conflict, DomainError, Forbidden
from subgraphs.operator.work.lifecycle import RULES, Step, Taker, WorkState
from subgraphs.operator.work.tables import WorkOrder

_NOW: dict[WorkState, str] = {
    WorkState.AVAILABLE: "is free; claim it first",
    WorkState.CLAIMED: "is claimed but not started",
    WorkState.IN_PRODUCTION: "is being made",
    WorkState.PROBLEM: "is stopped by a problem; resume it or report it scrapped",
    WorkState.MANUFACTURED: "is made and waits to be shipped",
    WorkState.SHIPPED: "is shipped",
    WorkState.DELIVERED: "is delivered",
    WorkState.CANCELLED: "is cancelled; stop work on it",
}


def refusal(work: WorkOrder, step: Step) -> DomainError:
    """The error for a step that was not taken on the work order as it is now."""
    reference, state = work.reference, work.state
    name = work.holder_name or "another operator"
    if step is Step.CLAIM and work.holder_id is not None and state is not WorkState.CANCELLED:
        return Conflict(
            f"{reference} was claimed by {name}. Choose another from the board.",
            "ALREADY_CLAIMED",
            claimedBy=name,
        )
    if state in RULES[step].sources and RULES[step].taker is Taker.HOLDER:
        return Forbidden(
            f"{reference} is claimed by {name}; only they can do this.",
            "NOT_YOURS",
            claimedBy=name,
        )
    return Conflict(
        f"{reference} {_NOW[state]}. Look at it again and choose one of its actions.",
        "WRONG_STATE",
        state=state.value,
    )
