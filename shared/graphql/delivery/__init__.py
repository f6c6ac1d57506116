"""Delivery as people see it in the graph: every subgraph mounts the same for its own database."""

from shared.graphql.delivery.mutations import DISCARD, REDRIVE, DeliveryDone, discard, redrive
from shared.graphql.delivery.service import ABOUT, ServiceDelivery, service_delivery

__all__ = [
    "ABOUT",
    "DISCARD",
    "REDRIVE",
    "DeliveryDone",
    "ServiceDelivery",
    "discard",
    "redrive",
    "service_delivery",
]
