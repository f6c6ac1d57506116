"""The life of an order: one table, the same for the code, the documentation and the tests.

`TRANSITIONS` maps (state, event) to the next state. What it does not allow is an error. Where
services race, the outcome stands in the table too: an event that comes too late to change anything
leads from a state to itself (`LATE`), so that it is recorded in the order's history and does no
harm.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.errors import Conflict


class OrderState(StrEnum):
    """Where an order is."""

    DRAFT = "draft"
    PRICING = "pricing"
    PRICED = "priced"
    NEEDS_ATTENTION = "needs_attention"
    PLACED = "placed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CLAIMED = "claimed"
    IN_PRODUCTION = "in_production"
    PROBLEM = "problem"
    MANUFACTURED = "manufactured"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CLOSED = "closed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    PRICING_REQUESTED = "pricing_requested"
    EMPTIED = "emptied"
    PRICE_CALCULATED = "price_calculated"
    PRICING_FAILED = "pricing_failed"
    MODEL_REFUSED = "model_refused"
    PLACED = "placed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CLAIMED = "claimed"
    RELEASED = "released"
    PRODUCTION_STARTED = "production_started"
    PROBLEM_REPORTED = "problem_reported"
    PRODUCTION_RESUMED = "production_resumed"
    MANUFACTURED = "manufactured"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CLOSED = "closed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class OrderAction(StrEnum):
    """What its owner may do to an order."""

    EDIT = "edit"
    PLACE = "place"
    CANCEL = "cancel"


S, E = OrderState, OrderEvent

BEFORE_PLACING = frozenset({S.DRAFT, S.PRICING, S.PRICED, S.NEEDS_ATTENTION})
BEFORE_PRODUCTION = BEFORE_PLACING | {S.PLACED, S.CONFIRMED, S.CLAIMED}
ENDS = frozenset({S.REJECTED, S.CLOSED, S.EXPIRED, S.CANCELLED})

Table = Mapping[tuple[OrderState | None, OrderEvent], OrderState]


def _rows(
    states: Iterable[OrderState | None], event: OrderEvent, target: OrderState
) -> dict[tuple[OrderState | None, OrderEvent], OrderState]:
    return {(state, event): target for state in states}


def _stays(
    states: Iterable[OrderState], events: Iterable[OrderEvent]
) -> dict[tuple[OrderState | None, OrderEvent], OrderState]:
    return {(state, event): state for state in states for event in events}


MOVES: Table = MappingProxyType(
    _rows({None, *BEFORE_PLACING}, E.PRICING_REQUESTED, S.PRICING)
    | _rows({S.PRICING, S.PRICED, S.NEEDS_ATTENTION}, E.EMPTIED, S.DRAFT)
    # An answer may come after a failed attempt was repeated by hand.
    | _rows({S.PRICING, S.NEEDS_ATTENTION}, E.PRICE_CALCULATED, S.PRICED)
    | _rows({S.PRICING, S.NEEDS_ATTENTION}, E.PRICING_FAILED, S.NEEDS_ATTENTION)
    | _rows({S.PRICING, S.PRICED, S.NEEDS_ATTENTION}, E.MODEL_REFUSED, S.NEEDS_ATTENTION)
    | _rows({S.PRICED}, E.PLACED, S.PLACED)
    | _rows({S.PLACED}, E.CONFIRMED, S.CONFIRMED)
    | _rows({S.PLACED}, E.REJECTED, S.REJECTED)
    # A claim comes from another service than the confirmation and may overtake it. A scrapped
    # part is claimed again without being released.
    | _rows({S.CONFIRMED, S.PLACED, S.PROBLEM}, E.CLAIMED, S.CLAIMED)
    | _rows({S.CLAIMED}, E.RELEASED, S.CONFIRMED)
    | _rows({S.CLAIMED}, E.PRODUCTION_STARTED, S.IN_PRODUCTION)
    # A part in rework may be scrapped after all.
    | _rows({S.IN_PRODUCTION, S.PROBLEM}, E.PROBLEM_REPORTED, S.PROBLEM)
    | _rows({S.PROBLEM}, E.PRODUCTION_RESUMED, S.IN_PRODUCTION)
    | _rows({S.IN_PRODUCTION}, E.MANUFACTURED, S.MANUFACTURED)
    | _rows({S.MANUFACTURED}, E.SHIPPED, S.SHIPPED)
    | _rows({S.SHIPPED}, E.DELIVERED, S.DELIVERED)
    | _rows({S.DELIVERED}, E.CLOSED, S.CLOSED)
    | _rows(BEFORE_PLACING, E.EXPIRED, S.EXPIRED)
    | _rows(BEFORE_PRODUCTION, E.CANCELLED, S.CANCELLED)
)
"""The events that move an order."""

LATE: Table = MappingProxyType(
    # The confirmation that a claim overtook, or a claim and its release.
    _stays(
        {
            S.CONFIRMED,
            S.CLAIMED,
            S.IN_PRODUCTION,
            S.PROBLEM,
            S.MANUFACTURED,
            S.SHIPPED,
            S.DELIVERED,
            S.CLOSED,
        },
        {E.CONFIRMED},
    )
    # What other services had already done when they heard that the order was over.
    | _stays({S.CANCELLED}, {E.PRICE_CALCULATED, E.PRICING_FAILED, E.MODEL_REFUSED, E.CONFIRMED})
    | _stays({S.CANCELLED}, {E.REJECTED, E.CLAIMED, E.RELEASED, E.PRODUCTION_STARTED})
    | _stays({S.CANCELLED}, {E.PROBLEM_REPORTED, E.PRODUCTION_RESUMED, E.MANUFACTURED})
    | _stays({S.CANCELLED}, {E.SHIPPED, E.DELIVERED})
    | _stays({S.EXPIRED}, {E.PRICE_CALCULATED, E.PRICING_FAILED, E.MODEL_REFUSED})
)
"""The events that came too late to move an order: recorded, without effect."""

TRANSITIONS: Table = MappingProxyType({**MOVES, **LATE})


class TransitionRefused(Conflict):
    """The table has no row for this state and event."""

    code = "ORDER_STATE"


def next_state(state: OrderState | None, event: OrderEvent) -> OrderState:
    """The state after `event`; `None` is an order that does not exist yet.

    Raises TransitionRefused when the table does not allow the event.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        current = "not there yet" if state is None else state.replace("_", " ")
        raise TransitionRefused(
            f"The order is {current}: this is not possible now. Reload it to see what is.",
        ) from None


def is_late(state: OrderState | None, event: OrderEvent) -> bool:
    """Whether the event comes too late to have an effect."""
    return (state, event) in LATE


def is_outdated(revision: int, answered: int) -> bool:
    """Whether an answer belongs to an older revision of the order's lines.

    It is dropped: a newer request is under way, or the lines that it priced are gone.
    """
    return answered < revision


def allowed_actions(state: OrderState) -> list[OrderAction]:
    """What the owner may do next, in the order in which a page shows it."""
    events = {
        OrderAction.EDIT: E.PRICING_REQUESTED,
        OrderAction.PLACE: E.PLACED,
        OrderAction.CANCEL: E.CANCELLED,
    }
    return [action for action, event in events.items() if (state, event) in MOVES]
