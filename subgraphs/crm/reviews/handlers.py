"""What CRM does when an order is placed or cancelled."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import Envelope
from shared.messaging.events import OrderCancelled, OrderCreated
from subgraphs.crm.customers import repository as customers
from subgraphs.crm.customers.kind import CustomerKind
from subgraphs.crm.reviews import repository, service


class ReviewHandlers:
    """`automatic_below` in minor units: orders below it, and without warnings, go on alone."""

    def __init__(self, automatic_below: int) -> None:
        self._automatic_below = automatic_below

    async def order_created(
        self, session: AsyncSession, event: OrderCreated, envelope: Envelope
    ) -> None:
        """Count it for its customer and review it."""
        order = event.order
        partner = order.partner_id is not None
        await customers.count_order(
            session,
            order.owner_id,
            name=order.customer_name,
            email=order.customer_email,
            kind=CustomerKind.PARTNER if partner else CustomerKind.PERSON,
            since=envelope.occurred_at,
        )
        await service.open_review(
            session, order, at=envelope.occurred_at, automatic_below=self._automatic_below
        )

    async def order_cancelled(
        self, session: AsyncSession, event: OrderCancelled, _: Envelope
    ) -> None:
        """Withdraw the review; an order that was never placed has none."""
        row = await repository.lock(session, event.order_id)
        if row is not None:
            service.withdraw(session, row, by=event.by, reason=event.reason)
