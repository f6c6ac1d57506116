"""Webhooks in the graph, for partners."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from shared.errors import Invalid, NotFound
from shared.graphql import Info
from shared.graphql.paging import page_size
from shared.graphql.types import IDEMPOTENCY_KEY
from subgraphs.notification.webhooks import repository, service
from subgraphs.notification.webhooks.news import Kind
from subgraphs.notification.webhooks.signing import shown
from subgraphs.notification.webhooks.tables import DeliveryState
from subgraphs.notification.webhooks.tables import Webhook as WebhookRow
from subgraphs.notification.webhooks.tables import WebhookDelivery as DeliveryRow

strawberry.enum(Kind, name="WebhookEvent")
strawberry.enum(DeliveryState, name="WebhookDeliveryState")


@strawberry.type
class WebhookDelivery:
    """One piece of news for one address. `body` is the JSON as it is sent; `messageId` is the
    header `webhook-id`, the same at each attempt."""

    id: strawberry.ID
    message_id: str
    event: str
    order_id: strawberry.ID | None
    body: str
    state: DeliveryState
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    cursor: str

    @classmethod
    def of(cls, row: DeliveryRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            message_id=f"msg_{row.id.hex}",
            event=row.kind,
            order_id=strawberry.ID(str(row.order_id)) if row.order_id else None,
            body=row.body.decode(),
            state=row.state,
            attempts=row.attempts,
            last_status=row.last_status,
            last_error=row.last_error,
            created_at=row.created_at,
            due_at=row.due_at if row.state is DeliveryState.PENDING else None,
            sent_at=row.sent_at,
            cursor=str(row.number),
        )


@strawberry.type
class Webhook:
    """An address that is told what happens to the partner's orders. No `events` means all."""

    id: strawberry.ID
    url: str
    description: str
    events: list[Kind]
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None

    @classmethod
    def of(cls, row: WebhookRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            url=row.url,
            description=row.description,
            events=[Kind(kind) for kind in row.kinds],
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            disabled_reason=row.disabled_reason,
        )

    @strawberry.field(
        description="Newest first; `after` is the cursor of the last one seen. Kept for 30 days."
    )
    async def deliveries(
        self, info: Info, first: int = 25, after: str | None = None
    ) -> list[WebhookDelivery]:
        if after is not None and not (after.isascii() and after.isdigit() and len(after) < 19):
            raise Invalid("This page no longer exists; start again from the first.", "CURSOR")
        async with info.context.runtime.database.reading() as session:
            rows = await repository.deliveries_of(
                session, UUID(self.id), page_size(first), int(after) if after else None
            )
        return [WebhookDelivery.of(row) for row in rows]


@strawberry.type
class WebhookWithSecret:
    """`secret` checks the header `webhook-signature`; it is told this once."""

    secret: str
    webhook: Webhook

    @classmethod
    def of(cls, row: WebhookRow) -> Self:
        return cls(secret=shown(row.secret), webhook=Webhook.of(row))


@strawberry.type
class WebhookQuery:
    @strawberry.field(description="One's own, oldest first. For partners.")
    async def webhooks(self, info: Info) -> list[Webhook] | None:
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.reading() as session:
            return [Webhook.of(row) for row in await repository.of_partner(session, partner_id)]


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(
        description="Have an address told what happens to your orders; without `events`, all of it."
    )
    async def create_webhook(
        self,
        info: Info,
        url: str,
        events: list[Kind] | None = None,
        description: str = "",
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> WebhookWithSecret:
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            row = await service.create_once(
                session,
                partner_id,
                url,
                kinds=events or (),
                description=description,
                private=info.context.runtime.settings.webhooks_private,
                key=idempotency_key,
            )
        return WebhookWithSecret.of(row)

    @strawberry.mutation(description="Call it no more. What waits for it is not sent.")
    async def delete_webhook(self, info: Info, id: strawberry.ID) -> bool:  # noqa: A002
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            await service.delete(session, partner_id, _id(id))
        return True

    @strawberry.mutation(description="Keep its news until it is enabled again, for up to 30 days.")
    async def disable_webhook(self, info: Info, id: strawberry.ID) -> Webhook:  # noqa: A002
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            return Webhook.of(await service.disable(session, partner_id, _id(id)))

    @strawberry.mutation(description="Call it again, first of all with what has waited.")
    async def enable_webhook(self, info: Info, id: strawberry.ID) -> Webhook:  # noqa: A002
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            return Webhook.of(await service.enable(session, partner_id, _id(id)))

    @strawberry.mutation(
        description="A new secret. For a day each call carries a signature by the old one as well."
    )
    async def rotate_webhook_secret(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> WebhookWithSecret:
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            row = await service.rotate(session, partner_id, _id(id), idempotency_key)
        return WebhookWithSecret.of(row)

    @strawberry.mutation(
        description="Send a `webhook.test`; what came of it is among the webhook's deliveries."
    )
    async def test_webhook(self, info: Info, id: strawberry.ID) -> Webhook:  # noqa: A002
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            return Webhook.of(await service.test(session, partner_id, _id(id)))

    @strawberry.mutation(description="Send it again, with the same id and body.")
    async def resend_webhook_delivery(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
    ) -> WebhookDelivery:
        partner_id = service.require_partner(info.context.identity)
        async with info.context.runtime.database.transaction() as session:
            return WebhookDelivery.of(await service.send_again(session, partner_id, _id(id)))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is none with this id. Choose one from your list.") from None
