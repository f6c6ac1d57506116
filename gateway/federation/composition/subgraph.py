"""A subgraph on its way into a supergraph."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import DocumentNode

from gateway.federation.composition.links import Links
from gateway.federation.supergraph.definitions import Definitions, Directive
from gateway.federation.supergraph.join import JoinedSubgraph


@dataclass(frozen=True, slots=True)
class Subgraph:
    """What `compose` takes: a name, the SDL and, for the record, where it is served."""

    name: str
    sdl: str
    url: str = ""


@dataclass(slots=True)
class ParsedSubgraph:
    """A subgraph after reading: its definitions, its links and what it resolves.

    Root types go by the names Query, Mutation and Subscription whatever the subgraph calls
    them, and the machinery of federation (`_entities`, `_Service` …) is gone.
    """

    name: str
    url: str
    links: Links
    definitions: Definitions
    joined: JoinedSubgraph
    document: DocumentNode
    schema_directives: list[Directive] = field(default_factory=list)
    composed_directives: frozenset[str] = frozenset()
    """Names of custom directives that `@composeDirective` asks to keep."""

    @property
    def is_federation_1(self) -> bool:
        return self.links.is_federation_1
