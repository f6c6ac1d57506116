"""The notification service: what customers and partners hear of, by e-mail."""

from shared.messaging.consumer import Consumer
from shared.messaging.events import (
    AccountRegistered,
    OrderConfirmed,
    OrderCreated,
    OrderPriceCalculated,
    OrderPricingRequested,
    OrderRejected,
    OrderShipped,
)
from shared.messaging.subscriptions import SUBSCRIPTIONS
from shared.service import Runtime, Service
from subgraphs.notification.messages import service
from subgraphs.notification.messages.handlers import Handlers
from subgraphs.notification.recipients import handlers as recipients
from subgraphs.notification.schema import schema
from subgraphs.notification.sending.mailer import Mailer
from subgraphs.notification.sending.sender import Sender


def create(runtime: Runtime) -> Service:
    """The service on its own database, with its sender beside it."""
    messages = Handlers(service.Letterhead.of(runtime.settings))
    consumer = Consumer(
        name="notification",
        producers=SUBSCRIPTIONS["notification"],
        handlers={
            AccountRegistered: recipients.account_registered,
            OrderPricingRequested: recipients.pricing_requested,
            OrderCreated: recipients.order_created,
            OrderPriceCalculated: messages.priced,
            OrderConfirmed: messages.confirmed,
            OrderRejected: messages.rejected,
            OrderShipped: messages.shipped,
        },
    )
    sender = Sender(runtime.database, Mailer(runtime.settings))
    return Service(
        name="notification",
        runtime=runtime,
        schema=schema,
        consumers=[consumer],
        background=[sender.run],
    )
