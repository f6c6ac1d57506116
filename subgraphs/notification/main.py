"""The notification service: what customers and partners hear of, by e-mail and webhook."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.idempotency.sweeper import IdempotencySweeper
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.events import (
    AccountRegistered,
    OrderConfirmed,
    OrderCreated,
    OrderPriceCalculated,
    OrderPricingFailed,
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
from subgraphs.notification.webhooks import handlers as webhooks
from subgraphs.notification.webhooks.caller import Caller
from subgraphs.notification.webhooks.news import NEWS
from subgraphs.notification.webhooks.sender import WebhookSender


def create(runtime: Runtime) -> Service:
    """The service on its own database, with its sender beside it."""
    messages = Handlers(service.Letterhead.of(runtime.settings))
    consumer = Consumer(
        name="notification",
        producers=SUBSCRIPTIONS["notification"],
        handlers=_with_webhooks(
            {
                AccountRegistered: recipients.account_registered,
                OrderPricingRequested: recipients.pricing_requested,
                OrderCreated: recipients.order_created,
                OrderPriceCalculated: messages.priced,
                OrderPricingFailed: messages.not_priced,
                OrderConfirmed: messages.confirmed,
                OrderRejected: messages.rejected,
                OrderShipped: messages.shipped,
            }
        ),
    )
    caller = WebhookSender(runtime.database, Caller(private=runtime.settings.webhooks_private))
    sender = Sender(runtime.database, Mailer(runtime.settings))
    return Service(
        name="notification",
        runtime=runtime,
        schema=schema,
        consumers=[consumer],
        background=[
            sender.run,
            caller.run,
            caller.forget,
            IdempotencySweeper(runtime.database).run,
        ],
    )


def _with_webhooks(handlers: Mapping[type[Event], Handler]) -> dict[type[Event], Handler]:
    """The handlers, each followed by its event's news to partners."""
    return {
        event: _in_turn([handlers[event]] if event in handlers else [], event)
        for event in (*handlers, *(event for event in NEWS if event not in handlers))
    }


def _in_turn(first: list[Handler], event: type[Event]) -> Handler:
    turns = [*first, webhooks.intend] if event in NEWS else first

    async def handle(session: AsyncSession, news: Any, envelope: Envelope) -> None:
        for turn in turns:
            await turn(session, news, envelope)

    return handle
