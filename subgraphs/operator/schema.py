"""The operator's part of the graph."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.operator.board.schema import BoardQuery
from subgraphs.operator.pay.schema import PayQuery
from subgraphs.operator.work.mutations import WorkMutation
from subgraphs.operator.work.types import Order, WorkOrder


@strawberry.type
class Query(BoardQuery, PayQuery):
    """What the workshop can tell."""


@strawberry.type
class Mutation(WorkMutation):
    """What the workshop can do."""


schema = build_schema(query=Query, mutation=Mutation, types=[Order, WorkOrder])
