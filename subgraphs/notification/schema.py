"""The notification part of the graph."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.notification.mailbox.schema import MailboxQuery
from subgraphs.notification.messages.schema import MessageMutation, MessageQuery
from subgraphs.notification.messages.types import Notification, Order


@strawberry.type
class Query(MessageQuery, MailboxQuery):
    """What notification can tell."""


@strawberry.type
class Mutation(MessageMutation):
    """What notification can do."""


schema = build_schema(query=Query, mutation=Mutation, types=[Order, Notification])
