"""Deciding about orders, through the graph and on a real database."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.ids import new_id
from shared.messaging.events import OrderCancelled
from shared.messaging.inbox import Outcome
from subgraphs.crm.consumers import decisions
from tests.integration.crm.world import CRM, LIMIT, MANAGER, Refused, World, created, person


async def refusal(work: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        await work
    return refused.value


async def cancel(world: World, order: UUID) -> None:
    event = OrderCancelled(order_id=order, reference="", by="Sam", reason="Too late.")
    await world.hear("shop", event, order)


async def test_a_small_order_without_warnings_goes_on_by_itself(world: World) -> None:
    order = await world.placed(person(), LIMIT - 1)
    review = await world.review(CRM, order)
    assert review is not None
    assert (review["state"], review["automatic"]) == ("APPROVED", True)
    assert review["decision"] == "The total is below € 50.00 and there are no warnings."
    [(kind, event)] = await world.published()
    assert kind == "OrderConfirmed"
    assert (event["automatic"], event["order"]["order_id"]) == (True, str(order))


@pytest.mark.parametrize(("total", "warnings"), [(LIMIT, ()), (100, ("Thin walls.",))])
async def test_a_person_looks_at_a_large_order_and_at_one_with_warnings(
    world: World, total: int, warnings: tuple[str, ...]
) -> None:
    order = await world.placed(person(), total, warnings=warnings)
    review = await world.review(CRM, order)
    assert review is not None
    assert (review["state"], review["automatic"]) == ("PENDING", False)
    expected = list(warnings) or ["The total of € 50.00 is not below € 50.00."]
    assert review["reasons"] == expected
    assert await world.published() == []


async def test_an_order_that_is_heard_of_twice_is_reviewed_and_counted_once(
    world: World,
) -> None:
    who, order = person(), new_id()
    envelope = world.envelope("shop", created(who, order, 100), order)
    consumer = decisions(LIMIT)
    assert await world.receive(consumer, envelope) is Outcome.APPLIED
    assert await world.receive(consumer, envelope) is Outcome.DUPLICATE
    query = "query($id: ID!) { customer(id: $id) { orderCount } }"
    data = await world.ask(CRM, query, id=str(who.subject))
    assert data["customer"] == {"orderCount": 1}
    assert len(await world.published()) == 1


async def test_an_approval_says_who_and_why_and_confirms_the_order(world: World) -> None:
    order = await world.placed(person())
    review = await world.approve(CRM, order, "Known customer.")
    assert (review["state"], review["decidedBy"]) == ("APPROVED", "Cleo Carr")
    assert review["decision"] == "Known customer."
    [(kind, event)] = await world.published()
    assert (kind, event["decided_by"], event["note"]) == (
        "OrderConfirmed",
        "Cleo Carr",
        "Known customer.",
    )
    assert event["order"]["lines"][0]["file_name"] == "bracket.stl"


async def test_a_rejection_needs_a_reason(world: World) -> None:
    order = await world.placed(person())
    assert (await refusal(world.reject(CRM, order, "  "))).code == "REASON"
    review = await world.reject(CRM, order, "No weapons.")
    assert review["state"] == "REJECTED"
    [(kind, event)] = await world.published()
    assert (kind, event["reason"]) == ("OrderRejected", "No weapons.")


async def test_the_same_decision_twice_at_once_is_taken_once(world: World) -> None:
    order = await world.placed(person())
    answers = await asyncio.gather(
        world.approve(CRM, order), world.approve(MANAGER, order), world.approve(CRM, order)
    )
    assert len({answer["decidedBy"] for answer in answers}) == 1
    assert len(await world.published()) == 1


async def test_of_two_opposite_decisions_at_once_one_wins_and_the_other_is_told(
    world: World,
) -> None:
    order = await world.placed(person())
    answers = await asyncio.gather(
        world.approve(CRM, order), world.reject(MANAGER, order), return_exceptions=True
    )
    [loser] = [answer for answer in answers if isinstance(answer, Refused)]
    [winner] = [answer for answer in answers if isinstance(answer, dict)]
    assert loser.code == "ALREADY_DECIDED"
    assert loser.details == {"state": winner["state"], "decidedBy": winner["decidedBy"]}
    assert len(await world.published()) == 1


async def test_a_cancelled_order_leaves_nothing_to_decide(world: World) -> None:
    order = await world.placed(person())
    await cancel(world, order)
    assert (await refusal(world.approve(CRM, order))).details["state"] == "WITHDRAWN"
    assert await world.published() == []


async def test_a_cancellation_after_the_decision_leaves_the_decision(world: World) -> None:
    order = await world.placed(person())
    await world.approve(CRM, order)
    await cancel(world, order)
    review = await world.review(CRM, order)
    assert review is not None
    assert review["state"] == "APPROVED"


async def test_a_draft_that_is_cancelled_has_no_review(world: World) -> None:
    order = new_id()
    await cancel(world, order)
    assert await world.review(CRM, order) is None


@pytest.mark.parametrize("role", ["customer", "partner", "operator"])
async def test_only_crm_and_managers_decide_and_list(world: World, role: str) -> None:
    order = await world.placed(person())
    who = person(role)
    assert (await refusal(world.approve(who, order))).code == "FORBIDDEN"
    assert (await refusal(world.reject(who, order))).code == "FORBIDDEN"
    for listing in ("reviews { nodes { id } }", "customers { nodes { id } }"):
        assert (await refusal(world.ask(who, f"{{ {listing} }}"))).code == "FORBIDDEN"
    stuck = world.ask(person("visitor"), "{ stuckOrders { why } }")
    assert (await refusal(stuck)).code == "SIGN_IN_REQUIRED"
    assert await world.review(who, order) is None


async def test_the_owner_sees_how_a_review_ended_and_no_more(world: World) -> None:
    who = person("partner", "Bracket & Sons")
    order = await world.placed(who, warnings=("Thin walls.",))
    await world.reject(CRM, order, "Too thin.")
    review = await world.review(who, order)
    assert review is not None
    assert (review["state"], review["decision"]) == ("REJECTED", "Too thin.")
    assert (review["reasons"], review["decidedBy"]) == ([], None)
    assert review["customer"] == {"id": str(who.subject), "name": "Bracket & Sons"}


async def test_what_does_not_exist_is_not_found(world: World) -> None:
    assert (await refusal(world.approve(CRM, uuid4()))).code == "NOT_FOUND"
    query = 'mutation { approveReview(id: "rubbish") { id } }'
    assert (await refusal(world.ask(CRM, query))).code == "NOT_FOUND"


async def test_reviews_are_filtered_and_come_in_pages_newest_first(world: World) -> None:
    ada, bob = person(name="Ada"), person(name="Bob")
    orders = [await world.placed(ada, 10_000 + n) for n in range(5)]
    other = await world.placed(bob, 90_000)
    query = """query($after: String, $s: String, $c: ID, $m: Int, $state: ReviewState) {
        reviews(first: 2, after: $after, search: $s, customerId: $c, minTotal: $m, state: $state) {
            nodes { id } totalCount pageInfo { hasNextPage endCursor } } }"""

    async def ids(**wanted: Any) -> list[str]:
        found: list[str] = []
        after, more = None, True
        while more:
            page = (await world.ask(CRM, query, after=after, **wanted))["reviews"]
            found += [node["id"] for node in page["nodes"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == len(found)
        return found

    newest_first = [str(order) for order in reversed(orders)]
    assert await ids() == [str(other), *newest_first]
    assert await ids(c=str(ada.subject)) == newest_first
    assert await ids(s="bo") == [str(other)]
    assert await ids(m=10_003) == [str(other), *newest_first[:2]]
    await world.approve(CRM, other)
    assert await ids(state="APPROVED") == [str(other)]
    assert await ids(state="PENDING") == newest_first
