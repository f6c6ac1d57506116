"""Looking after webhooks: a partner's own, and nobody else's."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.identity import Identity, require
from shared.ids import new_id
from subgraphs.notification.webhooks import repository
from subgraphs.notification.webhooks.address import check_url
from subgraphs.notification.webhooks.news import TEST, Kind, test_body
from subgraphs.notification.webhooks.signing import new_secret
from subgraphs.notification.webhooks.tables import Webhook, WebhookDelivery

MOST_WEBHOOKS = 10
WRITE_SCOPE = "orders:write"
_LONGEST_DESCRIPTION = 200
_OLD_SECRET_SIGNS = timedelta(days=1)


def require_partner(identity: Identity) -> UUID:
    """The partner whose webhooks the caller looks after. Raises SignInRequired or Forbidden."""
    require(identity, "partner")
    if identity.partner is None or WRITE_SCOPE not in identity.scopes:
        raise Forbidden(f"Use a partner's account, or its API key with the scope {WRITE_SCOPE}.")
    return identity.partner


async def create(
    session: AsyncSession,
    partner_id: UUID,
    url: str,
    *,
    kinds: Sequence[Kind],
    description: str,
    private: bool,
) -> Webhook:
    """A new webhook, with the secret that its partner is shown once. Raises Invalid, Conflict."""
    if len(description) > _LONGEST_DESCRIPTION:
        raise Invalid(f"Describe it in at most {_LONGEST_DESCRIPTION} characters.", "DESCRIPTION")
    url = check_url(url.strip(), private=private)
    if await repository.count_of(session, partner_id) >= MOST_WEBHOOKS:
        raise Conflict(
            f"There are {MOST_WEBHOOKS} webhooks already. Delete one that is no longer used.",
            "TOO_MANY_WEBHOOKS",
        )
    return await repository.add(
        session,
        {
            "id": new_id(),
            "partner_id": partner_id,
            "url": url,
            "description": description,
            "kinds": sorted(set(kinds)),
            "secret": new_secret(),
        },
    )


async def create_once(
    session: AsyncSession,
    partner_id: UUID,
    url: str,
    *,
    kinds: Sequence[Kind],
    description: str,
    private: bool,
    key: str | None,
) -> Webhook:
    """As `create`; with an idempotency `key` that was sent before, the same webhook. Its secret is
    that of its row, so no answer holds one. Raises what `claim` raises besides, and NotFound."""
    body = hash_of({"url": url.strip(), "kinds": sorted(set(kinds)), "description": description})
    claimed = await claim(session, partner_id, "createWebhook", key, body)
    if claimed.answer is not None:
        webhook_id = UUID(claimed.answer["webhookId"])
        webhook = await repository.change(session, webhook_id, partner_id, id=webhook_id)
        if webhook is None:
            raise unknown()
        return webhook
    webhook = await create(
        session, partner_id, url, kinds=kinds, description=description, private=private
    )
    await claimed.keep({"webhookId": str(webhook.id)})
    return webhook


async def delete(session: AsyncSession, partner_id: UUID, webhook_id: UUID) -> None:
    """Call it no more and forget what was sent. Deleting it again changes nothing."""
    await repository.delete(session, webhook_id, partner_id)


async def enable(session: AsyncSession, partner_id: UUID, webhook_id: UUID) -> Webhook:
    """Call it again, first of all with what has waited. Raises NotFound."""
    webhook = await repository.change(
        session, webhook_id, partner_id, disabled_at=None, disabled_reason=None
    )
    if webhook is None:
        raise unknown()
    await repository.hurry(session, webhook_id)
    return webhook


async def disable(session: AsyncSession, partner_id: UUID, webhook_id: UUID) -> Webhook:
    """Keep its news until it is enabled. Raises NotFound."""
    webhook = await repository.change(
        session,
        webhook_id,
        partner_id,
        disabled_at=datetime.now(UTC),
        disabled_reason="Disabled by its owner.",
    )
    if webhook is None:
        raise unknown()
    return webhook


async def rotate(
    session: AsyncSession, partner_id: UUID, webhook_id: UUID, key: str | None
) -> Webhook:
    """A new secret; the old one signs beside it for a day.

    With an idempotency `key` that was sent before, the webhook as it is: the secret that is in
    use would sign no more after a second change. Raises NotFound and what `claim` raises.
    """
    body = hash_of({"id": str(webhook_id)})
    claimed = await claim(session, partner_id, "rotateWebhookSecret", key, body)
    values = {"id": webhook_id} if claimed.answer is not None else _another_secret()
    webhook = await repository.change(session, webhook_id, partner_id, **values)
    if webhook is None:
        raise unknown()
    await claimed.keep({"webhookId": str(webhook.id)})
    return webhook


def _another_secret() -> dict[str, object]:
    return {
        "old_secret": Webhook.secret,
        "old_secret_until": datetime.now(UTC) + _OLD_SECRET_SIGNS,
        "secret": new_secret(),
    }


async def test(session: AsyncSession, partner_id: UUID, webhook_id: UUID) -> Webhook:
    """Have a test sent. Raises NotFound; Conflict while the webhook is disabled."""
    webhook = await repository.change(session, webhook_id, partner_id, id=webhook_id)
    if webhook is None:
        raise unknown()
    if webhook.disabled_at is not None:
        raise Conflict("This webhook is disabled. Enable it first.", "WEBHOOK_DISABLED")
    await repository.intend(
        session,
        [
            {
                "id": new_id(),
                "webhook_id": webhook_id,
                "event_id": new_id(),
                "order_id": None,
                "kind": TEST,
                "body": test_body(datetime.now(UTC)),
            }
        ],
    )
    return webhook


async def send_again(session: AsyncSession, partner_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Send it again with the same id and body, whether it failed or was taken. Raises NotFound."""
    delivery = await repository.send_again(session, delivery_id, partner_id)
    if delivery is None:
        raise NotFound("There is no such delivery. Choose one from the webhook's list.")
    return delivery


def unknown() -> NotFound:
    return NotFound("There is no such webhook. Choose one from your list.")
