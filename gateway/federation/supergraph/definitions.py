"""Definitions of types as SDL gives them, for one subgraph or for the supergraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graphql import DirectiveDefinitionNode, ValueNode, print_ast

from gateway.federation.supergraph.type_ref import TypeRef


class Kind(StrEnum):
    SCALAR = "scalar"
    OBJECT = "type"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"

    @property
    def is_composite(self) -> bool:
        return self in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)

    @property
    def is_abstract(self) -> bool:
        return self in (Kind.INTERFACE, Kind.UNION)


ROOT_NAMES: Mapping[str, str] = {
    "query": "Query",
    "mutation": "Mutation",
    "subscription": "Subscription",
}
BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})


@dataclass(frozen=True, slots=True)
class Directive:
    """An applied directive. Directives of a known specification carry its own name for them
    (`key`), whatever the subgraph calls them (`federation__key`, `@primaryKey`)."""

    name: str
    arguments: Mapping[str, ValueNode] = field(default_factory=dict)
    identity: str = ""

    @property
    def signature(self) -> str:
        """Equal for applications that mean the same."""
        arguments = ", ".join(
            f"{name}: {print_ast(value)}" for name, value in sorted(self.arguments.items())
        )
        return f"@{self.name}({arguments})" if arguments else f"@{self.name}"


@dataclass(slots=True)
class Element:
    """What every part of a schema has."""

    name: str
    description: str | None = None
    directives: list[Directive] = field(default_factory=list)

    def applied(self, name: str) -> Iterator[Directive]:
        return (directive for directive in self.directives if directive.name == name)

    def has(self, name: str) -> bool:
        return any(directive.name == name for directive in self.directives)


@dataclass(slots=True, kw_only=True)
class InputValue(Element):
    """An argument or an input field."""

    type: TypeRef
    default: ValueNode | None = None

    @property
    def is_required(self) -> bool:
        return self.type.is_non_null and self.default is None


@dataclass(slots=True, kw_only=True)
class Field(Element):
    type: TypeRef
    arguments: dict[str, InputValue] = field(default_factory=dict)


@dataclass(slots=True)
class EnumValue(Element):
    """One value of an enum."""


@dataclass(slots=True, kw_only=True)
class TypeDefinition(Element):
    kind: Kind
    fields: dict[str, Field] = field(default_factory=dict)
    input_fields: dict[str, InputValue] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    values: dict[str, EnumValue] = field(default_factory=dict)
    is_extension: bool = False
    """True when the subgraph only extends the type (`extend type` or `@extends`)."""


@dataclass(slots=True)
class Definitions:
    """All type and directive definitions of one schema."""

    types: dict[str, TypeDefinition] = field(default_factory=dict)
    directives: dict[str, DirectiveDefinitionNode] = field(default_factory=dict)

    def field(self, type_name: str, field_name: str) -> Field | None:
        definition = self.types.get(type_name)
        return definition.fields.get(field_name) if definition else None

    def possible_types(self, name: str) -> frozenset[str]:
        """The object types that a value of this type may have."""
        definition = self.types.get(name)
        if definition is None:
            return frozenset()
        if definition.kind is Kind.UNION:
            return frozenset(definition.members)
        if definition.kind is Kind.INTERFACE:
            return frozenset(
                other.name
                for other in self.types.values()
                if other.kind is Kind.OBJECT and name in other.interfaces
            )
        return frozenset({name}) if definition.kind is Kind.OBJECT else frozenset()
