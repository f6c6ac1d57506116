"""A partner's webhooks, and the calls that they are to get."""

from uuid import UUID

import sqlalchemy as sa

from db.engine import Database
from shared.identity import Identity
from shared.settings import Settings
from subgraphs.notification.webhooks.tables import WebhookDelivery
from tests.integration.notification.world import OrderStory, ask

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
