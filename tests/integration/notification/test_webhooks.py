"""Partners' webhooks: intended exactly once, sent at least once, in an order's own order."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from db.engine import Database
from shared.messaging.inbox import Outcome
from subgraphs.notification.webhooks import repository
from subgraphs.notification.webhooks.caller import Caller
from subgraphs.notification.webhooks.sender import WebhookSender
from subgraphs.notification.webhooks.tables import DeliveryState
from tests.integration.messaging.world import until
from tests.integration.notification.listening import (
    deliveries,
    due_now,
    listen,
)
from tests.integration.notification.partner import PartnerServer, partner_server
from tests.integration.notification.world import OrderStory, deliver
from tests.patience import cancelled


async def test_a_partner_is_told_of_its_order_in_signed_calls(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    secret, _ = await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced(), story.created())
    while await sender.round():
        pass
    priced, placed = server.calls
    assert priced.json["type"] == "order.priced"
    assert priced.json["data"]["order_id"] == str(story.order_id)
    assert priced.json["data"]["total"] == 1_234
    assert placed.json["type"] == "order.placed"
    assert placed.json["data"]["partner_reference"] == "PO-17"
    assert all(call.signed_by(secret) for call in server.calls)
    assert {d.state for d in await deliveries(database)} == {DeliveryState.SENT}


async def test_news_that_come_twice_are_intended_once(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    await listen(database, story, server.url)
    asked, priced = story.pricing_requested(), story.priced()
    outcomes = await deliver(database, asked, priced, priced)
    assert outcomes == [Outcome.APPLIED, Outcome.APPLIED, Outcome.DUPLICATE]
    assert len(await deliveries(database)) == 1


async def test_an_address_hears_only_of_its_own_partners_orders_and_of_what_it_wants(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    await listen(database, story, server.url, "SHIPPED")
    other, shopper = OrderStory(partner=True), OrderStory()
    for told in (story, other, shopper):
        await deliver(database, told.pricing_requested(), told.priced(), told.shipped())
    (intended,) = await deliveries(database)
    assert (intended.kind, intended.order_id) == ("order.shipped", story.order_id)


async def test_a_refused_call_comes_again_with_the_same_id_and_body(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    server.answers = [500, 302]
    for _ in range(3):
        await due_now(database)
        await sender.round()
    assert len(server.calls) == 3, "a redirect is not followed"
    assert len({(call.id, call.body) for call in server.calls}) == 1
    (sent,) = await deliveries(database)
    assert (sent.state, sent.attempts) == (DeliveryState.SENT, 3)


async def test_one_that_died_after_the_answer_and_before_its_mark_is_sent_again_under_its_id(
    database: Database,
    story: OrderStory,
    server: PartnerServer,
    sender: WebhookSender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())

    async def dies(*_: object) -> None:
        raise ConnectionError("the process is gone")

    with monkeypatch.context() as patch:
        patch.setattr(repository, "accepted", dies)
        await sender.round()
    assert await sender.round() == 0, "its time is not over yet"
    await due_now(database)
    await sender.round()
    first, second = server.calls
    assert (first.id, first.body) == (second.id, second.body)


async def test_news_of_one_order_wait_for_each_other_and_not_for_other_orders(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    await listen(database, story, server.url)
    other = OrderStory(partner=True)
    other.owner, other.partner = story.owner, story.partner
    await deliver(database, story.pricing_requested(), story.priced(), story.shipped())
    await deliver(database, other.pricing_requested(), other.priced())
    server.answers = [503]
    while await sender.round():
        pass
    told = [(call.json["type"], call.json["data"]["order_id"]) for call in server.calls]
    first = str(story.order_id)
    assert sorted(told) == sorted([("order.priced", first), ("order.priced", str(other.order_id))])
    await due_now(database)
    while await sender.round():
        pass
    of_first = [c.json["type"] for c in server.calls if c.json["data"]["order_id"] == first]
    assert of_first == ["order.priced", "order.priced", "order.shipped"]


async def test_two_senders_make_each_call_once(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    await listen(database, story, server.url)
    for _ in range(12):
        other = OrderStory(partner=True)
        other.owner, other.partner = story.owner, story.partner
        await deliver(database, other.pricing_requested(), other.priced())
    callers = [Caller(private=True) for _ in range(2)]
    one, two = (WebhookSender(database, caller) for caller in callers)
    while sum(await asyncio.gather(one.round(), two.round())):
        pass
    assert len(server.calls) == 12
    assert len({call.id for call in server.calls}) == 12
    for caller in callers:
        await caller.close()


async def test_a_slow_address_does_not_hold_up_another(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    server.gate.clear()
    async with partner_server() as quick:
        await listen(database, story, server.url)
        for _ in range(6):
            order = OrderStory(partner=True)
            order.owner, order.partner = story.owner, story.partner
            await deliver(database, order.pricing_requested(), order.priced())
        await listen(database, story, quick.url)
        await deliver(database, story.pricing_requested(), story.priced())
        running = asyncio.create_task(sender.run())
        await until(lambda: bool(quick.calls) and len(server.calls) >= 4)
        assert len(server.calls) == 4, "and it is not called more than four times at once"
        server.gate.set()
        await cancelled(running)


async def test_what_was_sent_is_forgotten_after_thirty_days_and_what_waits_is_not(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    await sender.round()
    await deliver(database, story.shipped())
    async with database.transaction() as session:
        await session.execute(
            sa.text("update webhook_delivery set created_at = now() - interval '31 days'")
        )
    forgetting = asyncio.create_task(sender.forget())

    async def one_is_left() -> bool:
        return len(await deliveries(database)) == 1

    await until(one_is_left)
    await cancelled(forgetting)
    (left,) = await deliveries(database)
    assert left.state is DeliveryState.PENDING


async def test_a_call_is_held_for_as_long_as_it_takes(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    server.gate.clear()
    calling = asyncio.create_task(sender.round())
    await until(lambda: len(server.calls) == 1)
    (taken,) = await deliveries(database)

    async def renewed() -> bool:
        (now,) = await deliveries(database)
        return now.due_at > taken.due_at and now.last_error is None

    await until(renewed)
    await cancelled(calling)
    server.gate.set()


async def test_who_was_stopped_says_nothing_of_what_another_has_taken_since(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    lease = timedelta(seconds=4)
    async with database.transaction() as session:
        ((old, _),) = await repository.take_due(session, 1, 1, (), lease)
        session.expunge(old)
    await due_now(database)
    async with database.transaction() as session:
        ((new, _),) = await repository.take_due(session, 1, 1, (), lease)
    async with database.transaction() as session:
        assert not await repository.renew(session, old, lease)
        await repository.failed(session, old, 500, "too late")
        await repository.postpone(session, old, 3_600, 500, "too late")
        assert await repository.renew(session, new, lease)
    (left,) = await deliveries(database)
    assert (left.state, left.last_error) == (DeliveryState.PENDING, None)
