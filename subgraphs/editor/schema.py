"""The editor's part of the graph."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.editor.models.schema import ModelMutation, ModelQuery


@strawberry.type
class Query(ModelQuery):
    """What the editor can tell."""

    editor_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(ModelMutation):
    """What the editor can do."""

    editor_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    editor_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


schema = build_schema(query=Query, mutation=Mutation)
