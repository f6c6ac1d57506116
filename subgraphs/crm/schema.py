"""CRM's part of the graph."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.crm.customers.schema import CustomerMutation, CustomerQuery
from subgraphs.crm.order import Order
from subgraphs.crm.reviews.schema import ReviewMutation, ReviewQuery
from subgraphs.crm.stuck.schema import StuckQuery


@strawberry.type
class Query(ReviewQuery, CustomerQuery, StuckQuery):
    """What CRM can tell."""


@strawberry.type
class Mutation(ReviewMutation, CustomerMutation):
    """What CRM can do."""


schema = build_schema(query=Query, mutation=Mutation, types=[Order])
