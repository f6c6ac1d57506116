"""What CRM listens to: its own part in an order's life, and the whole journey."""

from shared.messaging import Consumer
from shared.messaging.events import AccountRegistered, OrderCancelled, OrderCreated
from shared.messaging.subscriptions import SUBSCRIPTIONS
from subgraphs.crm.customers.handlers import account_registered
from subgraphs.crm.journey.handlers import every_event
from subgraphs.crm.reviews.handlers import ReviewHandlers

JOURNEY = Consumer(
    name="crm.journey",
    producers=SUBSCRIPTIONS["crm.journey"],
    every=every_event,
)


def decisions(automatic_below: int) -> Consumer:
    """Customers and reviews; orders below this amount (minor units) may go on by themselves."""
    reviews = ReviewHandlers(automatic_below)
    return Consumer(
        name="crm",
        producers=SUBSCRIPTIONS["crm"],
        handlers={
            AccountRegistered: account_registered,
            OrderCreated: reviews.order_created,
            OrderCancelled: reviews.order_cancelled,
        },
    )
