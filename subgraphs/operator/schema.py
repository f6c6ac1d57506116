"""The operator's part of the graph."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.operator.board.schema import BoardQuery
from subgraphs.operator.pay.schema import PayQuery
from subgraphs.operator.work.mutations import WorkMutation
from subgraphs.operator.work.types import Order, WorkOrder


@strawberry.type
class Query(BoardQuery, PayQuery):
    """What the workshop can tell."""

    operator_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(WorkMutation):
    """What the workshop can do."""

    operator_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    operator_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


schema = build_schema(query=Query, mutation=Mutation, types=[Order, WorkOrder])
