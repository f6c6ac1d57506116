"""The composed supergraph."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from graphql import GraphQLSchema

from gateway.federation.errors import Hint
from gateway.federation.supergraph.api_schema import accessible_definitions, build_api_schema
from gateway.federation.supergraph.definitions import Definitions, Field, Kind
from gateway.federation.supergraph.join import JoinedSubgraph


@dataclass(frozen=True, slots=True)
class Feature:
    """A specification that composed directives belong to, as `@link` names it."""

    url: str
    namespace: str | None = None
    imports: tuple[tuple[str, str], ...] = ()
    """The name in the specification (`@mine`) and the one in the supergraph."""


@dataclass
class Supergraph:
    """Everything that planning and execution need; made by `compose`, never changed after.

    `definitions` holds the merged types, inaccessible parts included; `subgraphs` says for each
    subgraph which fields it resolves, with its keys, requires and provides.
    """

    definitions: Definitions
    subgraphs: dict[str, JoinedSubgraph]
    hints: tuple[Hint, ...] = ()
    features: tuple[Feature, ...] = ()
    _possible: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @cached_property
    def api(self) -> Definitions:
        """The definitions that clients may use."""
        return accessible_definitions(self.definitions)

    @cached_property
    def api_schema(self) -> GraphQLSchema:
        """The schema that clients see, as a graphql-core schema."""
        return build_api_schema(self.api)

    def kind(self, name: str) -> Kind:
        definition = self.definitions.types.get(name)
        return definition.kind if definition else Kind.SCALAR

    def field(self, type_name: str, field_name: str) -> Field | None:
        return self.definitions.field(type_name, field_name)

    def possible_types(self, name: str) -> frozenset[str]:
        """The object types that a value of the type may have, inaccessible ones included."""
        found = self._possible.get(name)
        if found is None:
            found = self._possible[name] = self.definitions.possible_types(name)
        return found
