"""A subgraph's schema, made the same way for all."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

from graphql import GraphQLError, GraphQLObjectType, GraphQLUnionType
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.federation import Schema
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.types.info import Info

FEDERATION_VERSION: Final = "2.9"
_CACHED_OPERATIONS = 1_000


class SubgraphSchema(Schema):
    """Federation schema whose faults stay where they happen."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        service = self._schema.get_type("_Service")
        if isinstance(service, GraphQLObjectType):
            service.fields["sdl"].resolve = lambda *_: self._sdl

    @cached_property
    def _sdl(self) -> str:
        # The gateway asks every few seconds, and printing is most of what a service at rest does.
        return self.as_str()

    def entities_resolver(
        self, info: Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Each representation answers for itself; the library lets an unknown one fail them all."""
        known = self._entity_names()
        results: list[Any] = []
        for given in representations:
            representation: object = given
            name = representation.get("__typename") if isinstance(representation, dict) else None
            if name in known:
                results.extend(super().entities_resolver(info, [FederationAny(representation)]))
            else:
                results.append(GraphQLError(f"{name!r} is no entity of this subgraph."))
        return results

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        """Errors are logged once, where they are answered."""
        del errors, execution_context

    def _entity_names(self) -> frozenset[str]:
        union = self._schema.get_type("_Entity")
        if not isinstance(union, GraphQLUnionType):
            return frozenset()
        return frozenset(member.name for member in union.types)


def build_schema(
    *,
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    types: Sequence[type] = (),
) -> SubgraphSchema:
    """The federation schema of one subgraph."""
    return SubgraphSchema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        federation_version=FEDERATION_VERSION,
        extensions=[
            lambda: ParserCache(maxsize=_CACHED_OPERATIONS),
            lambda: ValidationCache(maxsize=_CACHED_OPERATIONS),
        ],
        config=StrawberryConfig(auto_camel_case=True),
    )
