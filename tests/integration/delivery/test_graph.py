"""Delivery in the graph of a service, on a real database."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from shared.delivery import acting
from shared.ids import new_id
from shared.messaging.tables import outbox, outbox_reader
from subgraphs.shop.main import create as create_shop
from tests.integration.delivery.world import MANAGER, World
from tests.integration.subgraph import Subgraph, somebody
from tests.runtimes import unconnected

LETTER = """query ($event: ID!) { crmDelivery {
  deadLetter(consumer: "crm.journey", eventId: $event) {
    state type producer correlationId version attempts error trace waiting
    payload { form text size } discardedBy discardReason appliedAt nextAttemptAt
  }
  acts(eventId: $event) { act actor consumer eventId reason }
} }"""
GROUPS = "{ crmDelivery { dead deadLetterGroups { consumer type error count firstAt lastAt } } }"
REDRIVE = """mutation ($letters: [DeadLetterKey!], $group: DeadLetterGroupKey) {
  crmRedrive(letters: $letters, group: $group) { letters left } }"""
DISCARD = """mutation ($letters: [DeadLetterKey!], $group: DeadLetterGroupKey, $reason: String!) {
  crmDiscard(letters: $letters, group: $group, reason: $reason) { letters left } }"""
HEALTH = """{ crmDelivery { service dead outgoing { unpublished oldestAt }
  readers { consumer behind confirmedAt } consumers { name retrying parked dead oldestParkedAt }
  watermarks { consumer producer checkedAt } } }"""


def key(event: object) -> dict[str, str]:
    return {"consumer": "crm.journey", "eventId": str(event)}


async def test_a_letter_tells_all_that_a_decision_needs(world: World) -> None:
    event = await world.bury()
    told = (await world.ask(LETTER, event=str(event.id)))["crmDelivery"]["deadLetter"]
    assert (told["state"], told["type"], told["producer"]) == ("DEAD", "OrderExpired", "shop")
    assert told["correlationId"] == str(event.correlation_id)
    assert (told["version"], told["attempts"], told["waiting"]) == (1, 1, 1)
    assert "is not liked" in told["error"]
    assert "Conflict" in told["trace"]
    assert told["payload"]["form"] == "JSON"
    assert '"reason": "first"' in told["payload"]["text"]


async def test_letters_that_are_alike_are_one_group(world: World) -> None:
    for _ in range(3):
        await world.bury()
    found = (await world.ask(GROUPS))["crmDelivery"]
    assert found["dead"] == 3
    [group] = found["deadLetterGroups"]
    assert (group["consumer"], group["count"]) == ("crm.journey", 3)
    assert group["error"] == "Conflict: order … is not liked"
    query = """query ($error: String) { crmDelivery { deadLetters(error: $error, first: 2) {
      nodes { eventId } pageInfo { hasNextPage endCursor } } } }"""
    page = (await world.ask(query, error=group["error"]))["crmDelivery"]["deadLetters"]
    assert len(page["nodes"]) == 2
    assert page["pageInfo"]["hasNextPage"]
    older = """query ($after: String) { crmDelivery { deadLetters(after: $after) {
      nodes { eventId } pageInfo { hasNextPage } } } }"""
    rest = await world.ask(older, after=page["pageInfo"]["endCursor"])
    [last] = rest["crmDelivery"]["deadLetters"]["nodes"]
    assert last not in page["nodes"]
    none = (await world.ask(query, error="another"))["crmDelivery"]["deadLetters"]
    assert none["nodes"] == []


async def test_a_redriven_letter_is_followed_until_it_takes_effect(world: World) -> None:
    event = await world.bury()
    done = await world.ask(REDRIVE, letters=[key(event.id)])
    assert done["crmRedrive"] == {"letters": 1, "left": 0}
    told = (await world.ask(LETTER, event=str(event.id)))["crmDelivery"]
    assert told["deadLetter"]["state"] == "RETRYING"
    assert told["deadLetter"]["nextAttemptAt"]
    world.broken = False
    await world.try_again()
    told = (await world.ask(LETTER, event=str(event.id)))["crmDelivery"]
    assert told["deadLetter"]["state"] == "APPLIED"
    assert told["deadLetter"]["payload"] is None
    assert [act["act"] for act in told["acts"]] == ["redrive"]
    consumers = (await world.ask(HEALTH))["crmDelivery"]["consumers"]
    assert [one["name"] for one in consumers if one["parked"]] == [], "what waited went on"


async def test_a_letter_whose_cause_is_not_mended_dies_again(world: World) -> None:
    event = await world.bury()
    await world.ask(REDRIVE, letters=[key(event.id)])
    await world.try_again()
    told = (await world.ask(LETTER, event=str(event.id)))["crmDelivery"]
    assert told["deadLetter"]["state"] == "DEAD"


async def test_redriving_twice_does_it_once(world: World) -> None:
    event = await world.bury()
    for letters in (1, 0):
        done = await world.ask(REDRIVE, letters=[key(event.id)])
        assert done["crmRedrive"]["letters"] == letters
    told = (await world.ask(LETTER, event=str(event.id)))["crmDelivery"]
    assert len(told["acts"]) == 1


async def test_a_discarded_letter_stays_readable_and_lets_the_others_go_on(world: World) -> None:
    event = await world.bury()
    world.broken = False
    done = await world.ask(DISCARD, letters=[key(event.id)], reason=" A test order. ")
    assert done["crmDiscard"]["letters"] == 1
    await world.try_again()
    found = (await world.ask(LETTER, event=str(event.id)))["crmDelivery"]
    letter = found["deadLetter"]
    assert (letter["state"], letter["discardReason"]) == ("DISCARDED", "A test order.")
    assert letter["discardedBy"] == "Mina Moss (mina@partline.example)"
    assert (letter["waiting"], letter["payload"]["form"]) == (0, "JSON")
    [act] = found["acts"]
    assert (act["act"], act["reason"]) == ("discard", "A test order.")
    assert act["actor"] == "Mina Moss (mina@partline.example)"
    assert (await world.ask(GROUPS))["crmDelivery"] == {"dead": 0, "deadLetterGroups": []}
    listed = """query ($also: Boolean!) {
      crmDelivery { deadLetters(includeDiscarded: $also) { nodes { eventId } } } }"""
    for also, count in ((False, 0), (True, 1)):
        nodes = (await world.ask(listed, also=also))["crmDelivery"]["deadLetters"]["nodes"]
        assert len(nodes) == count
    again = await world.ask(DISCARD, letters=[key(event.id)], reason="another")
    assert again["crmDiscard"]["letters"] == 0


@pytest.mark.parametrize("reason", ["", "  \n"])
async def test_a_reason_has_to_be_given(world: World, reason: str) -> None:
    event = await world.bury()
    code = await world.graph.code(MANAGER, DISCARD, letters=[key(event.id)], reason=reason)
    assert code == "REASON_MISSING"
    assert (await world.ask(GROUPS))["crmDelivery"]["dead"] == 1


async def test_a_whole_group_is_acted_on_and_no_other(world: World) -> None:
    for _ in range(3):
        await world.bury()
    await world.garble()
    group = {"consumer": "crm.journey", "error": "Conflict: order … is not liked"}
    done = await world.ask(REDRIVE, group=group)
    assert done["crmRedrive"] == {"letters": 3, "left": 0}
    [left] = (await world.ask(GROUPS))["crmDelivery"]["deadLetterGroups"]
    assert left["type"] == "unreadable"


async def test_a_group_larger_than_one_act_says_what_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "MOST", 2)
    for _ in range(3):
        await world.bury()
    for answer in ({"letters": 2, "left": 1}, {"letters": 1, "left": 0}):
        assert (await world.ask(REDRIVE, group={"consumer": "crm.journey"}))["crmRedrive"] == answer


async def test_what_is_no_event_is_shown_in_hexadecimals_and_only_discarded(world: World) -> None:
    event = await world.garble()
    told = (await world.ask(LETTER, event=str(event)))["crmDelivery"]["deadLetter"]
    assert told["payload"] == {"form": "HEX", "text": "00 2072 7562 6269 7368", "size": 9}
    assert told["correlationId"] is None
    assert (await world.ask(REDRIVE, letters=[key(event)]))["crmRedrive"]["letters"] == 0
    done = await world.ask(DISCARD, letters=[key(event)], reason="rubbish")
    assert done["crmDiscard"]["letters"] == 1


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"letters": []},
        {"letters": [key("nonsense")]},
        {"letters": [key(new_id())], "group": {"consumer": "crm"}},
    ],
)
async def test_what_is_meant_has_to_be_clear(world: World, given: dict[str, object]) -> None:
    code = await world.graph.code(MANAGER, REDRIVE, **given)
    assert code in ("LETTERS_OR_GROUP", "NO_EVENT_ID")


@pytest.mark.parametrize("event", ["018f6a2e-0000-7000-8000-000000000000", "nonsense"])
async def test_a_letter_that_does_not_exist_is_null(world: World, event: str) -> None:
    found = (await world.ask(LETTER, event=event))["crmDelivery"]
    assert found == {"deadLetter": None, "acts": []}


async def test_health_tells_what_waits_where(world: World) -> None:
    await world.bury()
    found = (await world.ask(HEALTH))["crmDelivery"]
    assert (found["service"], found["dead"]) == ("crm", 1)
    assert found["outgoing"] == {"unpublished": 0, "oldestAt": None}
    journey = {c["name"]: c for c in found["consumers"]}["crm.journey"]
    assert (journey["dead"], journey["parked"], journey["retrying"]) == (1, 1, 0)
    assert journey["oldestParkedAt"]
    assert {(w["consumer"], w["producer"]) for w in found["watermarks"]} >= {
        ("crm", "shop"),
        ("crm.journey", "mes"),
    }


async def test_a_producer_knows_what_its_readers_have_not_confirmed(world: World) -> None:
    await world.send(new_id(), "one", "two", "three")
    async with world.shop.transaction() as session:
        first = await session.execute(
            sa.select(outbox.c.tx, outbox.c.seq).order_by(outbox.c.seq).limit(1)
        )
        tx, seq = first.one()
        await session.execute(
            sa.insert(outbox_reader).values(consumer="mes", epoch="e", tx=tx, seq=seq)
        )
    shop = Subgraph(create_shop(replace(unconnected("shop"), database=world.shop)))
    query = """{ shopDelivery {
      outgoing { unpublished oldestAt } readers { consumer behind oldestAt } } }"""
    found = (await shop.data(MANAGER, query))["shopDelivery"]
    assert found["outgoing"]["unpublished"] == 3
    assert found["outgoing"]["oldestAt"]
    behind = {reader["consumer"]: reader["behind"] for reader in found["readers"]}
    assert behind["mes"] == 2
    assert behind["crm.journey"] == 3
    assert "shop" not in behind
    oldest = {reader["consumer"]: reader["oldestAt"] for reader in found["readers"]}
    assert oldest["crm.journey"] == found["outgoing"]["oldestAt"] < oldest["mes"]


@pytest.mark.parametrize("role", ["customer", "partner", "operator", "crm", "gateway"])
async def test_nobody_but_a_manager_sees_or_does_anything(world: World, role: str) -> None:
    event = await world.bury()
    who = somebody(role)
    asked = [
        (GROUPS, {}),
        (LETTER, {"event": str(event.id)}),
        (REDRIVE, {"letters": [key(event.id)]}),
        (DISCARD, {"letters": [key(event.id)], "reason": "because"}),
    ]
    for query, variables in asked:
        assert await world.graph.code(who, query, **variables) == "FORBIDDEN"
    assert await world.graph.code(somebody("visitor"), GROUPS) == "SIGN_IN_REQUIRED"
    assert (await world.ask(GROUPS))["crmDelivery"]["dead"] == 1
