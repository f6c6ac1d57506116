"""News for partners, intended in the inbox's transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from subgraphs.notification.recipients.service import contact_of
from subgraphs.notification.webhooks import repository
from subgraphs.notification.webhooks.news import body_of


async def intend(session: AsyncSession, event: Event, envelope: Envelope) -> None:
    """Have each address that wants it told of `event`, once.

    Raises ContactUnknown while the shop's word about the order has not arrived.
    """
    contact = await contact_of(session, envelope.correlation_id)
    if contact.partner_id is None:
        return
    kind, body = body_of(event, envelope, contact)
    webhooks = await repository.listening(session, contact.partner_id, kind)
    if webhooks:
        await repository.intend(
            session,
            [
                {
                    "id": new_id(),
                    "webhook_id": webhook_id,
                    "event_id": envelope.id,
                    "order_id": contact.order_id,
                    "kind": kind.value,
                    "body": body,
                }
                for webhook_id in webhooks
            ],
        )
