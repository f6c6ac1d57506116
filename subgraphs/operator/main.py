"""The operator service: work orders, the board, pay."""

from shared.messaging.consumer import Consumer
from shared.messaging.events import OrderCancelled, OrderConfirmed
from shared.messaging.subscriptions import SUBSCRIPTIONS
from shared.service import Runtime, Service
from subgraphs.operator.schema import schema
from subgraphs.operator.work import handlers


def create(runtime: Runtime) -> Service:
    """The service on its own database."""
    consumer = Consumer(
        name="operator",
        producers=SUBSCRIPTIONS["operator"],
        handlers={
            OrderConfirmed: handlers.order_confirmed,
            OrderCancelled: handlers.order_cancelled,
        },
    )
    return Service(name="operator", runtime=runtime, schema=schema, consumers=[consumer])
