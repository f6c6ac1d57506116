"""Where partners' webhooks go: whose addresses they are, their secrets, when they are given up."""

import asyncio
from uuid import uuid4

import sqlalchemy as sa

from db.engine import Database
from subgraphs.notification.sending.retry import RetrySchedule
from subgraphs.notification.webhooks.caller import Caller
from subgraphs.notification.webhooks.sender import WebhookSender
from subgraphs.notification.webhooks.tables import DeliveryState, Webhook
from tests.integration.notification.listening import (
    CREATE,
    DEMO,
    LOOK,
    deliveries,
    due_now,
    listen,
    partner_of,
)
from tests.integration.notification.partner import PartnerServer
from tests.integration.notification.world import CLEO, OrderStory, ask, deliver


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
