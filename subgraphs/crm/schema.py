"""CRM's part of the graph."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.crm.customers.schema import CustomerMutation, CustomerQuery
from subgraphs.crm.order import Order
from subgraphs.crm.reviews.schema import ReviewMutation, ReviewQuery
from subgraphs.crm.stuck.schema import StuckQuery


@strawberry.type
class Query(ReviewQuery, CustomerQuery, StuckQuery):
    """What CRM can tell."""

    crm_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(ReviewMutation, CustomerMutation):
    """What CRM can do."""

    crm_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    crm_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


schema = build_schema(query=Query, mutation=Mutation, types=[Order])
