"""Events that a customer or a partner hears of."""

from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.envelope import Envelope
from shared.messaging.events import (
    OrderConfirmed,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderRejected,
    OrderShipped,
)
from shared.money import Money
from subgraphs.notification.messages import service
from subgraphs.notification.messages.kinds import Kind, occasion
from subgraphs.notification.messages.service import Letterhead
from subgraphs.notification.recipients.handlers import keep_snapshot
from subgraphs.notification.recipients.service import contact_of

_log = structlog.get_logger(__name__)
_DECLINED = "OFFER_DECLINED"
_BY_HAND = "A person has looked at your parts and made this price."


@dataclass(frozen=True, slots=True)
class Handlers:
    """Each intends a message in the inbox's transaction. They raise ContactUnknown while the
    shop's word about the order has not arrived, which makes the inbox try again later."""

    letterhead: Letterhead

    async def priced(self, session: AsyncSession, event: OrderPriceCalculated, _: Envelope) -> None:
        contact = await contact_of(session, event.order_id)
        if event.revision < contact.revision:
            _log.info("stale price, nobody is told", order_id=str(event.order_id))
            return
        details = {
            "total": Money(event.total, event.currency).text,
            "valid_until": f"{event.valid_until:%d %B %Y}",
            "how": _BY_HAND if event.by_hand else "",
        }
        when = occasion(
            Kind.PRICED,
            event.revision,
            from_partner=contact.from_partner,
            by_hand=event.by_hand,
        )
        await service.intend(session, self.letterhead, contact, Kind.PRICED, details, occasion=when)

    async def not_priced(
        self, session: AsyncSession, event: OrderPricingFailed, _: Envelope
    ) -> None:
        """Who waits for a person's price hears that there is none; other failures show at once."""
        if event.code != _DECLINED:
            return
        contact = await contact_of(session, event.order_id)
        if event.revision < contact.revision:
            _log.info("stale refusal, nobody is told", order_id=str(event.order_id))
            return
        when = occasion(Kind.DECLINED, event.revision, from_partner=contact.from_partner)
        details = {"reason": event.message}
        await service.intend(
            session, self.letterhead, contact, Kind.DECLINED, details, occasion=when
        )

    async def confirmed(self, session: AsyncSession, event: OrderConfirmed, _: Envelope) -> None:
        contact = await keep_snapshot(session, event.order)
        details = {"total": Money(event.order.total, event.order.currency).text}
        await service.intend(session, self.letterhead, contact, Kind.CONFIRMED, details)

    async def rejected(self, session: AsyncSession, event: OrderRejected, _: Envelope) -> None:
        contact = await contact_of(session, event.order_id)
        details = {"reason": event.reason}
        await service.intend(session, self.letterhead, contact, Kind.REJECTED, details)

    async def shipped(self, session: AsyncSession, event: OrderShipped, _: Envelope) -> None:
        contact = await contact_of(session, event.order_id)
        details = {"carrier": event.carrier, "tracking": event.tracking_number}
        await service.intend(session, self.letterhead, contact, Kind.SHIPPED, details)
