"""The notification part of the graph."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.notification.mailbox.schema import MailboxQuery
from subgraphs.notification.messages.schema import MessageMutation, MessageQuery
from subgraphs.notification.messages.types import Notification, Order
from subgraphs.notification.webhooks.schema import WebhookMutation, WebhookQuery


@strawberry.type
class Query(MessageQuery, MailboxQuery, WebhookQuery):
    """What notification can tell."""


@strawberry.type
class Mutation(MessageMutation, WebhookMutation):
    """What notification can do."""


schema = build_schema(query=Query, mutation=Mutation, types=[Order, Notification])
