"""CRM's pure rules: who sees what, what a person looks at, who waits too long."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Conflict
from shared.identity import Identity
from shared.messaging import Event
from shared.messaging import events as all_events
from shared.messaging.events import (
    OrderCancelled,
    OrderClosed,
    OrderDelivered,
    OrderPriceCalculated,
    OrderPricingRequested,
    OrderShipped,
)
from shared.money import Money
from subgraphs.crm.access import cares, sees_customer, sees_journey, sees_review
from subgraphs.crm.customers.kind import CustomerKind, kind_of
from subgraphs.crm.journey.progress import Progress
from subgraphs.crm.journey.summary import _WORDS, summary
from subgraphs.crm.reviews.rule import reasons_to_review
from subgraphs.crm.reviews.state import ReviewState, is_open_to
from subgraphs.crm.stuck.rule import WAITS

OWNER, PARTNER = uuid4(), uuid4()
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def who(role: str, subject: UUID | None = None, partner: UUID | None = None) -> Identity:
    return Identity(subject or uuid4(), frozenset({role}), partner=partner)


@pytest.mark.parametrize(
    ("identity", "customer", "review", "journey"),
    [
        (who("crm"), True, True, True),
        (who("manager"), True, True, True),
        (who("operator"), False, False, True),
        (who("customer", OWNER), True, True, True),
        (who("customer"), False, False, False),
        (who("partner", partner=PARTNER), False, True, True),
        (who("visitor"), False, False, False),
        (who("gateway"), False, False, False),
    ],
)
def test_everyone_sees_what_concerns_them(
    identity: Identity, customer: bool, review: bool, journey: bool
) -> None:
    assert sees_customer(identity, OWNER) is customer
    assert sees_review(identity, OWNER, PARTNER) is review
    assert sees_journey(identity, OWNER, PARTNER) is journey


def test_an_order_whose_owner_is_not_known_yet_is_for_staff_alone() -> None:
    assert not sees_journey(who("customer"), None, None)
    assert sees_journey(who("crm"), None, None)
    assert cares(who("manager"))


@given(st.integers(0, 10_000), st.lists(st.text(min_size=1), max_size=3))
def test_an_order_goes_on_alone_only_below_the_limit_and_without_warnings(
    total: int, warnings: list[str]
) -> None:
    reasons = reasons_to_review(Money(total, "EUR"), 5_000, warnings)
    assert (reasons == []) == (total < 5_000 and not warnings)
    assert reasons[len(reasons) - len(warnings) :] == warnings


@pytest.mark.parametrize("decision", [ReviewState.APPROVED, ReviewState.REJECTED])
def test_a_decision_is_taken_once(decision: ReviewState) -> None:
    assert is_open_to(ReviewState.PENDING, decision, None)
    assert not is_open_to(decision, decision, "Cleo")
    for other in {ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.WITHDRAWN} - {decision}:
        with pytest.raises(Conflict, match="Nothing is left to decide"):
            is_open_to(other, decision, "Cleo")


def test_accounts_of_staff_are_no_customers() -> None:
    assert kind_of(["crm", "operator", "manager"]) is None
    assert kind_of(["customer", "crm"]) is CustomerKind.PERSON
    assert kind_of(["customer", "partner"]) is CustomerKind.PARTNER


def test_an_order_at_its_end_or_waiting_for_its_customer_is_never_stuck() -> None:
    ends = {"OrderClosed", "OrderCancelled", "OrderExpired", "OrderRejected"}
    assert not (ends | {"OrderPriceCalculated"}) & WAITS.keys()


def test_every_event_of_the_journey_has_words() -> None:
    known = {
        cls
        for of_producer in Event.__subclasses__()
        for cls in of_producer.__subclasses__()
        if cls.__module__ == all_events.__name__
    }
    assert len(known) > 20
    assert {cls.__name__ for cls in known - set(_WORDS)} == {"AccountRegistered"}


def test_an_event_without_words_is_told_by_its_name() -> None:
    event = all_events.AccountRegistered(account_id=OWNER, email="", name="", roles=())
    assert summary(event) == "AccountRegistered"


ORDER = uuid4()
SHIPPED = OrderShipped(
    order_id=ORDER, operator_id=OWNER, operator_name="O", carrier="P", tracking_number="1"
)
DELIVERED = OrderDelivered(order_id=ORDER, delivered_at=NOON)
CLOSED = OrderClosed(order_id=ORDER, reference="", model_ids=())
CANCELLED = OrderCancelled(order_id=ORDER, reference="", by="S", reason="")
ASKED = OrderPricingRequested(
    order_id=ORDER, revision=1, channel="SHOP", owner_id=OWNER, lines=(), currency="EUR"
)


def progress_of(heard: list[Event], happened: list[Event]) -> Progress:
    """One hour lies between what happened."""
    at = {id(event): NOON + timedelta(hours=hours) for hours, event in enumerate(happened)}
    progress = Progress.begun_with(heard[0], at[id(heard[0])])
    for event in heard[1:]:
        progress = progress.after(event, at[id(event)])
    return progress


@given(st.permutations([ASKED, SHIPPED, DELIVERED, CLOSED]))
def test_progress_is_the_same_in_whatever_order_events_are_heard(heard: list[Event]) -> None:
    progress = progress_of(heard, [ASKED, SHIPPED, DELIVERED, CLOSED])
    assert progress == Progress("OrderClosed", NOON + timedelta(hours=3), 1, True)


@given(st.permutations([ASKED, CANCELLED, SHIPPED]))
def test_what_happens_after_a_cancellation_leaves_the_order_ended(heard: list[Event]) -> None:
    progress = progress_of(heard, [ASKED, CANCELLED, SHIPPED])
    assert (progress.last_event, progress.ended) == ("OrderCancelled", True)


def priced(revision: int) -> OrderPriceCalculated:
    return OrderPriceCalculated(
        order_id=ORDER,
        revision=revision,
        lines=(),
        total=1,
        tax=0,
        currency="EUR",
        price_book=1,
        valid_until=NOON,
    )


ASKED_AGAIN = ASKED.model_copy(update={"revision": 2})
WAY = [ASKED, priced(1), ASKED_AGAIN, priced(2), SHIPPED]


@given(
    st.permutations(range(4)),
    st.lists(st.integers(-5, 5), min_size=4, max_size=4),
    st.permutations(range(4)),
)
def test_an_answer_is_never_taken_for_one_to_a_newer_question(
    heard: list[int], clocks: list[int], other: list[int]
) -> None:
    """Whatever the services' clocks say, and in whatever order crm hears of them."""

    def end(order: list[int]) -> Progress:
        moments = [NOON + timedelta(seconds=clock) for clock in clocks]
        progress = Progress.begun_with(WAY[order[0]], moments[order[0]])
        for index in order[1:]:
            progress = progress.after(WAY[index], moments[index])
        return progress

    assert end(heard) == end(other)
    assert (end(heard).last_event, end(heard).revision) == ("OrderPriceCalculated", 2)


@given(st.permutations(WAY))
def test_what_follows_placing_is_further_than_any_price(heard: list[Event]) -> None:
    assert progress_of(heard, [SHIPPED, *WAY[:4]]).last_event == "OrderShipped"
