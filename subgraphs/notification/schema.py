"""The notification part of the graph."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.notification.mailbox.schema import MailboxQuery
from subgraphs.notification.messages.schema import MessageMutation, MessageQuery
from subgraphs.notification.messages.types import Notification, Order
from subgraphs.notification.webhooks.schema import WebhookMutation, WebhookQuery


@strawberry.type
class Query(MessageQuery, MailboxQuery, WebhookQuery):
    """What notification can tell."""

    notification_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(MessageMutation, WebhookMutation):
    """What notification can do."""

    notification_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    notification_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


schema = build_schema(query=Query, mutation=Mutation, types=[Order, Notification])
