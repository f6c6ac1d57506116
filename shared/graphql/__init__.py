"""How every subgraph answers GraphQL."""

from shared.graphql.context import Context, Info
from shared.graphql.endpoint import GraphQLEndpoint

__all__ = ["Context", "GraphQLEndpoint", "Info"]
