"""The editor's part of the graph."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.editor.models.schema import ModelMutation, ModelQuery


@strawberry.type
class Query(ModelQuery):
    """What the editor can tell."""


@strawberry.type
class Mutation(ModelMutation):
    """What the editor can do."""


schema = build_schema(query=Query, mutation=Mutation)
