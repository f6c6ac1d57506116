"""The table of the order's life."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.shop.orders.diagram import page
from subgraphs.shop.orders.lifecycle import (
    BEFORE_PLACING,
    BEFORE_PRODUCTION,
    ENDS,
    LATE,
    MOVES,
    TRANSITIONS,
    OrderAction,
    OrderEvent,
    OrderState,
    TransitionRefused,
    allowed_actions,
    is_late,
    is_outdated,
    next_state,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "orders.md"


def walk(*events: OrderEvent, start: OrderState | None = None) -> OrderState:
    state = start
    for event in events:
        state = next_state(state, event)
    assert state is not None
    return state


TO_CLAIMED = (
    OrderEvent.PRICING_REQUESTED,
    OrderEvent.PRICE_CALCULATED,
    OrderEvent.PLACED,
    OrderEvent.CONFIRMED,
    OrderEvent.CLAIMED,
)
TO_DELIVERED = (
    OrderEvent.PRODUCTION_STARTED,
    OrderEvent.MANUFACTURED,
    OrderEvent.SHIPPED,
    OrderEvent.DELIVERED,
)


def test_an_order_goes_from_its_first_line_to_closed() -> None:
    assert walk(*TO_CLAIMED, *TO_DELIVERED, OrderEvent.CLOSED) is OrderState.CLOSED


@pytest.mark.parametrize("state", [OrderState.DRAFT, OrderState.PRICING, OrderState.PLACED])
def test_an_order_cannot_be_placed_unless_it_is_priced(state: OrderState) -> None:
    with pytest.raises(TransitionRefused):
        next_state(state, OrderEvent.PLACED)


def test_a_scrapped_part_is_claimed_again() -> None:
    again = (OrderEvent.PRODUCTION_STARTED, OrderEvent.PROBLEM_REPORTED, OrderEvent.CLAIMED)
    assert walk(*TO_CLAIMED, *again, *TO_DELIVERED) is OrderState.DELIVERED


def test_a_part_is_reworked_after_a_problem() -> None:
    rework = (OrderEvent.PROBLEM_REPORTED, OrderEvent.PRODUCTION_RESUMED)
    assert walk(*rework, start=OrderState.IN_PRODUCTION) is OrderState.IN_PRODUCTION


def test_a_claim_may_overtake_the_confirmation() -> None:
    overtaken = (OrderEvent.CLAIMED, OrderEvent.CONFIRMED)
    assert walk(*overtaken, start=OrderState.PLACED) is OrderState.CLAIMED


def test_a_claim_and_its_release_may_overtake_the_confirmation() -> None:
    overtaken = (OrderEvent.CLAIMED, OrderEvent.RELEASED, OrderEvent.CONFIRMED)
    assert walk(*overtaken, start=OrderState.PLACED) is OrderState.CONFIRMED


def test_every_state_before_production_can_be_cancelled_and_no_other() -> None:
    cancellable = {state for state, event in MOVES if event is OrderEvent.CANCELLED}
    assert cancellable == BEFORE_PRODUCTION


@given(st.lists(st.sampled_from([event for state, event in LATE if state in ENDS])))
def test_what_other_services_do_after_a_cancellation_changes_nothing(
    events: list[OrderEvent],
) -> None:
    late = [event for event in events if (OrderState.CANCELLED, event) in LATE]
    assert walk(*late, start=OrderState.CANCELLED) is OrderState.CANCELLED


def test_every_event_of_another_service_is_answered_after_a_cancellation() -> None:
    own = {
        OrderEvent.PRICING_REQUESTED,
        OrderEvent.EMPTIED,
        OrderEvent.PLACED,
        OrderEvent.CLOSED,
        OrderEvent.EXPIRED,
        OrderEvent.CANCELLED,
    }
    for event in set(OrderEvent) - own:
        assert is_late(OrderState.CANCELLED, event)


def test_nothing_moves_an_order_out_of_an_end() -> None:
    assert not [state for state, _ in MOVES if state in ENDS]


def test_every_state_is_reached_and_every_other_state_has_a_way_to_an_end() -> None:
    assert set(TRANSITIONS.values()) == set(OrderState)
    ends = set(ENDS)
    while True:
        more = {state for (state, _), target in MOVES.items() if target in ends and state}
        if more <= ends:
            break
        ends |= more
    assert ends == set(OrderState)


def test_a_move_and_a_late_event_never_share_a_row() -> None:
    assert not set(MOVES) & set(LATE)
    assert all(state is target for (state, _), target in LATE.items())


@given(
    st.sampled_from([None, *OrderState]),
    st.sampled_from(OrderEvent),
)
def test_what_the_table_does_not_hold_is_an_error(
    state: OrderState | None, event: OrderEvent
) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefused) as refusal:
            next_state(state, event)
        assert refusal.value.error_code == "ORDER_STATE"


def test_an_answer_for_older_lines_is_outdated() -> None:
    assert is_outdated(revision=3, answered=2)
    assert not is_outdated(revision=3, answered=3)


def test_the_owner_edits_until_placing_and_cancels_until_production() -> None:
    for state in OrderState:
        actions = allowed_actions(state)
        assert (OrderAction.EDIT in actions) == (state in BEFORE_PLACING)
        assert (OrderAction.PLACE in actions) == (state is OrderState.PRICED)
        assert (OrderAction.CANCEL in actions) == (state in BEFORE_PRODUCTION)


def test_the_documentation_shows_this_table() -> None:
    assert DOCUMENT.read_text() == page(), (
        "run: python -m subgraphs.shop.orders.diagram > docs/orders.md"
    )
