"""The shop's part of the graph."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.shop.catalogue.schema import CatalogueQuery
from subgraphs.shop.orders.mutations import OrderMutation
from subgraphs.shop.orders.schema import OrderQuery, OrderSubscription


@strawberry.type
class Query(CatalogueQuery, OrderQuery):
    """What the shop can tell."""

    shop_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(OrderMutation):
    """What the shop can do."""

    shop_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    shop_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


@strawberry.type
class Subscription(OrderSubscription):
    """What the shop tells as it happens."""


schema = build_schema(query=Query, mutation=Mutation, subscription=Subscription)
