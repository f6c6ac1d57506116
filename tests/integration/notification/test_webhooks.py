"""Partners' webhooks: intended exactly once, sent at least once, in an order's own order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.identity import Identity
from shared.messaging.inbox import Outcome
from shared.settings import Settings
from subgraphs.notification.sending.retry import RetrySchedule
from subgraphs.notification.webhooks import repository
from subgraphs.notification.webhooks.caller import Caller
from subgraphs.notification.webhooks.sender import WebhookSender
from subgraphs.notification.webhooks.tables import DeliveryState, Webhook, WebhookDelivery
from tests.integration.messaging.world import until
from tests.integration.notification.partner import PartnerServer, partner_server
from tests.integration.notification.world import CLEO, OrderStory, ask, deliver

DEMO = Settings(demo=True)
CREATE = """mutation($url: String!, $events: [WebhookEvent!]) {
    createWebhook(url: $url, events: $events) { secret webhook { id } } }"""
LOOK = """{ webhooks { url disabledReason
    deliveries { id messageId event state attempts lastStatus lastError } } }"""


def partner_of(story: OrderStory) -> Identity:
    assert story.partner is not None
    return Identity(
        subject=story.partner,
        roles=frozenset({"partner"}),
        scopes=frozenset({"orders:write"}),
        partner=story.partner,
    )


@pytest_asyncio.fixture
async def server() -> AsyncIterator[PartnerServer]:
    async with partner_server() as server:
        yield server


@pytest_asyncio.fixture
async def sender(database: Database) -> AsyncIterator[WebhookSender]:
    caller = Caller(private=True)
    yield WebhookSender(database, caller)
    await caller.close()


@pytest.fixture
def story() -> OrderStory:
    return OrderStory(partner=True)


async def listen(database: Database, story: OrderStory, url: str, *events: str) -> tuple[str, UUID]:
    """The secret and the id of a new webhook of the story's partner."""
    data, codes = await ask(database, partner_of(story), CREATE, DEMO, url=url, events=list(events))
    assert codes == []
    assert data is not None
    made = data["createWebhook"]
    return made["secret"], UUID(made["webhook"]["id"])


async def deliveries(database: Database) -> list[WebhookDelivery]:
    async with database.reading() as session:
        query = sa.select(WebhookDelivery).order_by(WebhookDelivery.number)
        return list(await session.scalars(query))


async def due_now(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(sa.update(WebhookDelivery).values(due_at=sa.func.clock_timestamp()))


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


async def test_an_address_that_never_answers_is_disabled_and_gets_the_rest_when_enabled(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    _, webhook_id = await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced(), story.shipped())
    caller = Caller(private=True)
    impatient = WebhookSender(database, caller, RetrySchedule(attempts=2))
    server.answers = [500, 500]
    for _ in range(2):
        await due_now(database)
        await impatient.round()
    data, _ = await ask(database, partner_of(story), LOOK, DEMO)
    assert data is not None
    (webhook,) = data["webhooks"]
    assert webhook["disabledReason"].startswith("2 attempts failed.")
    assert await impatient.round() == 0
    enable = "mutation($id: ID!) { enableWebhook(id: $id) { disabledAt } }"
    again = "mutation($id: ID!) { resendWebhookDelivery(id: $id) { state } }"
    failed = next(d for d in webhook["deliveries"] if d["state"] == "FAILED")
    await ask(database, partner_of(story), enable, DEMO, id=str(webhook_id))
    await ask(database, partner_of(story), again, DEMO, id=failed["id"])
    while await impatient.round():
        pass
    assert [call.json["type"] for call in server.calls][2:] == ["order.priced", "order.shipped"]
    await caller.close()


async def test_an_address_that_took_other_news_lately_stays_enabled(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    caller = Caller(private=True)
    await WebhookSender(database, caller).round()
    await deliver(database, story.shipped())
    server.answers = [400]
    await WebhookSender(database, caller, RetrySchedule(attempts=1)).round()
    async with database.reading() as session:
        webhook = (await session.scalars(sa.select(Webhook))).one()
    assert webhook.disabled_at is None
    assert (await deliveries(database))[-1].state is DeliveryState.FAILED
    await caller.close()


async def test_an_address_that_is_gone_is_called_no_more(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced(), story.shipped())
    server.answers = [410]
    await sender.round()
    await due_now(database)
    assert await sender.round() == 0
    assert len(server.calls) == 1


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
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_without_a_developers_machine_an_inner_address_is_never_called(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    caller = Caller(private=False)
    await WebhookSender(database, caller).round()
    assert server.calls == []
    (waiting,) = await deliveries(database)
    assert waiting.last_error is not None
    assert waiting.last_error.startswith("Give an address that begins with https://")
    await caller.close()


async def test_while_a_secret_is_changed_a_call_carries_both_signatures(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    old, webhook_id = await listen(database, story, server.url)
    rotate = "mutation($id: ID!) { rotateWebhookSecret(id: $id) { secret } }"
    data, _ = await ask(database, partner_of(story), rotate, DEMO, id=str(webhook_id))
    assert data is not None
    new = data["rotateWebhookSecret"]["secret"]
    assert new != old
    await ask(
        database,
        partner_of(story),
        "mutation($id: ID!) { testWebhook(id: $id) { id } }",
        DEMO,
        id=str(webhook_id),
    )
    await sender.round()
    (call,) = server.calls
    assert call.json["type"] == "webhook.test"
    assert call.signed_by(old)
    assert call.signed_by(new)


async def test_a_secret_that_is_changed_twice_with_one_key_is_changed_once(
    database: Database, story: OrderStory, server: PartnerServer, sender: WebhookSender
) -> None:
    used, webhook_id = await listen(database, story, server.url)
    rotate = """mutation($id: ID!, $key: String) {
      rotateWebhookSecret(id: $id, idempotencyKey: $key) { secret } }"""
    clicks = [
        ask(database, partner_of(story), rotate, DEMO, id=str(webhook_id), key="a click")
        for _ in range(2)
    ]
    first, again = await asyncio.gather(*clicks)
    assert first[1] == []
    assert again == first
    await deliver(database, story.pricing_requested(), story.priced())
    await sender.round()
    (call,) = server.calls
    assert call.signed_by(used), "the secret that the partner still checks by signs for a day"


async def test_webhooks_are_a_partners_own(
    database: Database, story: OrderStory, server: PartnerServer
) -> None:
    _, webhook_id = await listen(database, story, server.url)
    await deliver(database, story.pricing_requested(), story.priced())
    (delivery,) = await deliveries(database)
    stranger = partner_of(OrderStory(partner=True))
    data, codes = await ask(database, stranger, LOOK, DEMO)
    assert (data, codes) == ({"webhooks": []}, [])
    for mutation, id_ in (
        ("disableWebhook(id: $id) { id }", webhook_id),
        ("enableWebhook(id: $id) { id }", webhook_id),
        ("rotateWebhookSecret(id: $id) { secret }", webhook_id),
        ("testWebhook(id: $id) { id }", webhook_id),
        ("resendWebhookDelivery(id: $id) { id }", delivery.id),
    ):
        text = f"mutation($id: ID!) {{ {mutation} }}"
        _, codes = await ask(database, stranger, text, DEMO, id=str(id_))
        assert codes == ["NOT_FOUND"], mutation
        _, codes = await ask(database, CLEO, text, DEMO, id=str(id_))
        assert codes == ["FORBIDDEN"], mutation
    delete = "mutation($id: ID!) { deleteWebhook(id: $id) }"
    await ask(database, stranger, delete, DEMO, id=str(webhook_id))
    assert len(await deliveries(database)) == 1
    await ask(database, partner_of(story), delete, DEMO, id=str(webhook_id))
    assert await deliveries(database) == []


async def test_a_partner_has_ten_webhooks_at_most_even_when_they_are_made_at_once(
    database: Database,
) -> None:
    story = OrderStory(partner=True)
    answers = await asyncio.gather(
        *(
            ask(database, partner_of(story), CREATE, DEMO, url=f"http://127.0.0.1:1/{uuid4()}")
            for _ in range(12)
        )
    )
    codes = [code for _, codes in answers for code in codes]
    assert codes == ["TOO_MANY_WEBHOOKS"] * 2


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
    forgetting.cancel()
    await asyncio.gather(forgetting, return_exceptions=True)
    (left,) = await deliveries(database)
    assert left.state is DeliveryState.PENDING


async def test_a_webhook_that_is_made_twice_with_one_key_is_one(
    database: Database, story: OrderStory
) -> None:
    once = """mutation($url: String!, $key: String) {
      createWebhook(url: $url, idempotencyKey: $key) { secret webhook { id } } }"""
    who, url = partner_of(story), "https://example.com/partline"
    clicks = ["a click", "a click", "another"]
    first, again, other = await asyncio.gather(
        *(ask(database, who, once, DEMO, url=url, key=key) for key in clicks)
    )
    assert first[1] == []
    assert again == first
    assert other != first


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
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
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
