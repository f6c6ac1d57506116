"""What each subgraph knows and resolves: the content of the join specification's directives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Kind
from gateway.federation.supergraph.type_ref import TypeRef


@dataclass(frozen=True, slots=True)
class FieldSet:
    """The selection of a `fields:` argument; `text` is as the subgraph wrote it."""

    text: str
    selections: Selections


@dataclass(frozen=True, slots=True)
class Key:
    """A `@key`; only a resolvable one can be jumped to."""

    fields: FieldSet
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that the gateway fills with what a value further up has (`@fromContext`).

    `context` is the name that the types above set (`SubgraphType.contexts`); the nearest of
    them counts. `selections` says for each object type that may be there what to select: one
    path down to one leaf. `text` is what the subgraph wrote behind the context's name.
    """

    name: str
    type: TypeRef
    context: str
    text: str
    selections: Mapping[str, Selections]


@dataclass(slots=True)
class SubgraphField:
    """A field as one subgraph declares it.

    `external`: declared, but resolved here only where a `@provides` says so.
    `overridden`: another subgraph has taken it over; `override_label` limits that to requests
    for which the label holds.
    """

    name: str
    type: TypeRef
    arguments: frozenset[str] = frozenset()
    requires: FieldSet | None = None
    provides: FieldSet | None = None
    external: bool = False
    overridden: bool = False
    override_from: str | None = None
    override_label: str | None = None
    contexts: tuple[ContextArgument, ...] = ()
    """Arguments besides `arguments` that clients do not see."""


@dataclass(slots=True)
class SubgraphType:
    """A composite type as one subgraph declares it."""

    name: str
    kind: Kind
    fields: dict[str, SubgraphField] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    interfaces: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    is_interface_object: bool = False
    is_extension: bool = False
    contexts: frozenset[str] = frozenset()
    """Names of the contexts that the type sets for what is below it, as `subgraph__name`."""


@dataclass(slots=True)
class JoinedSubgraph:
    """One subgraph of a supergraph; its types go by their supergraph names."""

    name: str
    url: str = ""
    types: dict[str, SubgraphType] = field(default_factory=dict)
    enum_values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    others: dict[str, Mapping[str, TypeRef | None]] = field(default_factory=dict)
    """Scalars, enums and inputs with the members that the subgraph declares, and the types of
    input fields."""

    def possible_types(self, name: str) -> frozenset[str]:
        """The object types of this subgraph that a value of the type may have here."""
        definition = self.types.get(name)
        if definition is None:
            return frozenset()
        if definition.kind is Kind.UNION:
            return definition.members
        if definition.kind is Kind.OBJECT:
            return frozenset({name})
        return frozenset(
            other.name
            for other in self.types.values()
            if other.kind is Kind.OBJECT and name in other.interfaces
        )
