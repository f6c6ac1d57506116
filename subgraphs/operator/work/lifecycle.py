"""The life of a work order: which step leads from which state to which, and who may take it.

One table serves the code, the tests and the buttons that the console shows.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class WorkState(StrEnum):
    AVAILABLE = "AVAILABLE"
    CLAIMED = "CLAIMED"
    IN_PRODUCTION = "IN_PRODUCTION"
    PROBLEM = "PROBLEM"
    MANUFACTURED = "MANUFACTURED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


OPEN_STATES = (
    WorkState.AVAILABLE,
    WorkState.CLAIMED,
    WorkState.IN_PRODUCTION,
    WorkState.PROBLEM,
    WorkState.MANUFACTURED,
    WorkState.SHIPPED,
)


class WorkAction(StrEnum):
    """What an operator can ask for."""

    CLAIM = "CLAIM"
    RELEASE = "RELEASE"
    START = "START"
    REPORT_PROBLEM = "REPORT_PROBLEM"
    RESUME = "RESUME"
    FINISH = "FINISH"
    SHIP = "SHIP"
    DELIVER = "DELIVER"


class Step(StrEnum):
    """What can happen to a work order. Reporting a problem is two steps: rework and scrap."""

    CLAIM = "CLAIM"
    RELEASE = "RELEASE"
    START = "START"
    REWORK = "REWORK"
    SCRAP = "SCRAP"
    RESUME = "RESUME"
    FINISH = "FINISH"
    SHIP = "SHIP"
    DELIVER = "DELIVER"
    CANCEL = "CANCEL"


class Taker(StrEnum):
    """Who may take a step."""

    ANY_OPERATOR = "any operator"
    HOLDER = "the operator who claimed it"
    SHOP = "the shop, when an order is cancelled"


@dataclass(frozen=True, slots=True)
class Rule:
    """`sources` are the states that a step leads from, `target` the one it leads to."""

    sources: tuple[WorkState, ...]
    target: WorkState
    taker: Taker
    action: WorkAction | None


_MAKING = (WorkState.IN_PRODUCTION, WorkState.PROBLEM)

# The shop decides about a cancellation on the production events it has seen. One that is still
# on its way must not lead to a parcel nobody ordered, so work stops in every state up to shipping.
_STOPPABLE = (
    WorkState.AVAILABLE,
    WorkState.CLAIMED,
    WorkState.IN_PRODUCTION,
    WorkState.PROBLEM,
    WorkState.MANUFACTURED,
)

RULES: dict[Step, Rule] = {
    Step.CLAIM: Rule(
        (WorkState.AVAILABLE,), WorkState.CLAIMED, Taker.ANY_OPERATOR, WorkAction.CLAIM
    ),
    Step.RELEASE: Rule((WorkState.CLAIMED,), WorkState.AVAILABLE, Taker.HOLDER, WorkAction.RELEASE),
    Step.START: Rule((WorkState.CLAIMED,), WorkState.IN_PRODUCTION, Taker.HOLDER, WorkAction.START),
    Step.REWORK: Rule(
        (WorkState.IN_PRODUCTION,), WorkState.PROBLEM, Taker.HOLDER, WorkAction.REPORT_PROBLEM
    ),
    Step.SCRAP: Rule(_MAKING, WorkState.AVAILABLE, Taker.HOLDER, WorkAction.REPORT_PROBLEM),
    Step.RESUME: Rule(
        (WorkState.PROBLEM,), WorkState.IN_PRODUCTION, Taker.HOLDER, WorkAction.RESUME
    ),
    Step.FINISH: Rule(
        (WorkState.IN_PRODUCTION,), WorkState.MANUFACTURED, Taker.HOLDER, WorkAction.FINISH
    ),
    Step.SHIP: Rule(
        (WorkState.MANUFACTURED,), WorkState.SHIPPED, Taker.ANY_OPERATOR, WorkAction.SHIP
    ),
    Step.DELIVER: Rule(
        (WorkState.SHIPPED,), WorkState.DELIVERED, Taker.ANY_OPERATOR, WorkAction.DELIVER
    ),
    Step.CANCEL: Rule(_STOPPABLE, WorkState.CANCELLED, Taker.SHOP, None),
}


def after(state: WorkState, step: Step) -> WorkState | None:
    """The state that `step` leads to from `state`; None when the table does not allow it."""
    rule = RULES[step]
    return rule.target if state in rule.sources else None


def already_taken(state: WorkState, holder: UUID | None, step: Step, operator: UUID) -> bool:
    """True when `step` has had its effect, so that a second click answers the same state."""
    rule = RULES[step]
    if state is not rule.target:
        return False
    match rule.target:
        case (
            WorkState.CLAIMED | WorkState.IN_PRODUCTION | WorkState.PROBLEM | WorkState.MANUFACTURED
        ):
            return holder == operator
        case _:
            return True


def permitted(holder: UUID | None, step: Step, operator: UUID) -> bool:
    """Whether this operator may take the step on work held by `holder`."""
    match RULES[step].taker:
        case Taker.ANY_OPERATOR:
            return True
        case Taker.HOLDER:
            return holder == operator
        case Taker.SHOP:
            return False


def allowed_actions(
    state: WorkState, holder: UUID | None, operator: UUID
) -> tuple[WorkAction, ...]:
    """What this operator can do now, in the order of the table."""
    actions = (
        rule.action
        for step, rule in RULES.items()
        if state in rule.sources and permitted(holder, step, operator)
    )
    return tuple(dict.fromkeys(action for action in actions if action is not None))
