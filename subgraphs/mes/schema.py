"""mes's part of the graph."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.mes.analyses.schema import Model
from subgraphs.mes.drafts.schema import DraftMutation, DraftQuery
from subgraphs.mes.offers.schema import OfferMutation, OfferQuery
from subgraphs.mes.orders.schema import Order
from subgraphs.mes.pricebook.schema import PriceBookQuery
from subgraphs.mes.pricing_jobs.schema import LaneQuery, PricingJobMutation
from subgraphs.mes.quotes.schema import QuoteMutation, QuoteQuery


@strawberry.type
class Query(PriceBookQuery, DraftQuery, QuoteQuery, LaneQuery, OfferQuery):
    """What mes can tell."""

    mes_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(QuoteMutation, DraftMutation, PricingJobMutation, OfferMutation):
    """What mes can do."""

    mes_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    mes_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


schema = build_schema(query=Query, mutation=Mutation, types=[Model, Order])
