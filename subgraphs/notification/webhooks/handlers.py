"""News for partners, intended in the inbox's transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from subgraphs.notification.recipients.service import ContactUnknown
from subgraphs.notification.webhooks import repository
from subgraphs.notification.webhooks.news import body_of, kind_of


async def intend(session: AsyncSession, event: Event, envelope: Envelope) -> None:
    """Have each address that wants it told of `event`, once.

    Raises ContactUnknown while the shop's word about the order has not arrived.
    """
    order_id, kind = envelope.correlation_id, kind_of(event)
    order = await repository.listening(session, order_id, kind)
    if order is None:
        raise ContactUnknown(order_id)
    if order.webhooks:
        body = body_of(event, envelope, order.reference, order.partner_reference)
        await repository.intend(
            session,
            [
                {
                    "id": new_id(),
                    "webhook_id": webhook_id,
                    "event_id": envelope.id,
                    "order_id": order_id,
                    "kind": kind.value,
                    "body": body,
                }
                for webhook_id in order.webhooks
            ],
        )
