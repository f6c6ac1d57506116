"""mes's part of the graph."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.mes.analyses.schema import Model
from subgraphs.mes.orders.schema import Order
from subgraphs.mes.pricebook.schema import PriceBookQuery
from subgraphs.mes.pricing_jobs.schema import LaneQuery
from subgraphs.mes.quotes.schema import QuoteMutation, QuoteQuery


@strawberry.type
class Query(PriceBookQuery, QuoteQuery, LaneQuery):
    """What mes can tell."""


@strawberry.type
class Mutation(QuoteMutation):
    """What mes can do."""


schema = build_schema(query=Query, mutation=Mutation, types=[Model, Order])
