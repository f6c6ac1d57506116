"""Reads the types of a subgraph's document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from graphql import (
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from gateway.federation.composition.applied import applied_directives
from gateway.federation.composition.links import Links
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import (
    Directive,
    EnumValue,
    Field,
    InputValue,
    Kind,
    TypeDefinition,
)
from gateway.federation.supergraph.type_ref import TypeRef

ElementT = TypeVar("ElementT", Field, EnumValue, InputValue)
TypeNode = TypeDefinitionNode | TypeExtensionNode

_KINDS: Sequence[tuple[type[TypeDefinitionNode], type[TypeExtensionNode], Kind]] = (
    (ScalarTypeDefinitionNode, ScalarTypeExtensionNode, Kind.SCALAR),
    (ObjectTypeDefinitionNode, ObjectTypeExtensionNode, Kind.OBJECT),
    (InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode, Kind.INTERFACE),
    (UnionTypeDefinitionNode, UnionTypeExtensionNode, Kind.UNION),
    (EnumTypeDefinitionNode, EnumTypeExtensionNode, Kind.ENUM),
    (InputObjectTypeDefinitionNode, InputObjectTypeExtensionNode, Kind.INPUT),
)


class TypesReader:
    """Collects definitions and extensions of types; problems are kept in `problems`."""

    def __init__(self, subgraph: str, links: Links, renamed: dict[str, str]) -> None:
        self.subgraph = subgraph
        self.links = links
        self.renamed = renamed
        self.types: dict[str, TypeDefinition] = {}
        self.problems: list[Problem] = []

    def read(self, node: TypeNode) -> None:
        name = self.renamed.get(node.name.value, node.name.value)
        kind, is_extension = next(
            (kind, isinstance(node, extension))
            for definition, extension, kind in _KINDS
            if isinstance(node, definition | extension)
        )
        existing = self.types.get(name)
        if existing is None:
            existing = TypeDefinition(name, kind=kind, is_extension=True)
            self.types[name] = existing
        elif existing.kind is not kind:
            self._problem(
                "INVALID_GRAPHQL",
                f'"{name}" is declared as {existing.kind} and as {kind}; give one another name.',
                name,
            )
            return
        existing.is_extension &= is_extension
        if isinstance(node, TypeDefinitionNode) and node.description:
            existing.description = node.description.value
        self._read_directives(existing, node)

    def _read_directives(self, existing: TypeDefinition, node: TypeNode) -> None:
        directives = applied_directives(node.directives, self.links)
        shared = [item for item in directives if item.name == "shareable"]
        existing.directives += [item for item in directives if item not in shared]
        if len(shared) > 1:
            self._problem(
                "INVALID_SHAREABLE_USAGE",
                f'"{existing.name}" is @shareable twice in one declaration. Once is enough.',
                existing.name,
            )
        known = set(existing.fields)
        self._read_content(existing, node)
        # On a type, @shareable is meant for the fields of the same block only.
        for name, item in existing.fields.items():
            if name not in known:
                item.directives += shared[:1]

    def _problem(self, code: str, message: str, coordinate: str) -> None:
        self.problems.append(Problem(code, message, (coordinate,), (self.subgraph,)))

    def _read_content(self, definition: TypeDefinition, node: TypeNode) -> None:
        if isinstance(
            node,
            ObjectTypeDefinitionNode
            | ObjectTypeExtensionNode
            | InterfaceTypeDefinitionNode
            | InterfaceTypeExtensionNode,
        ):
            self._add_names(definition, definition.interfaces, node.interfaces)
            for item in node.fields or ():
                self._add(definition, definition.fields, self._field(definition, item))
        elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
            self._add_names(definition, definition.members, node.types)
        elif isinstance(node, EnumTypeDefinitionNode | EnumTypeExtensionNode):
            for value in node.values or ():
                self._add(definition, definition.values, self._enum_value(value))
        elif isinstance(node, InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode):
            for input_field in node.fields or ():
                self._add(definition, definition.input_fields, self._input_value(input_field))

    def _add_names(
        self, definition: TypeDefinition, names: list[str], nodes: Sequence[object] | None
    ) -> None:
        for node in nodes or ():
            local = node.name.value  # type: ignore[attr-defined]
            name = self.renamed.get(local, local)
            if name in names:
                self._problem(
                    "INVALID_GRAPHQL",
                    f'"{definition.name}" names "{name}" twice. Remove one.',
                    definition.name,
                )
            else:
                names.append(name)

    def _add(self, definition: TypeDefinition, target: dict[str, ElementT], item: ElementT) -> None:
        if item.name in target:
            coordinate = f"{definition.name}.{item.name}"
            self._problem(
                "INVALID_GRAPHQL", f'"{coordinate}" is declared more than once.', coordinate
            )
        target[item.name] = item

    def _directives(
        self,
        node: FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode,
    ) -> list[Directive]:
        return applied_directives(node.directives, self.links)

    def _enum_value(self, node: EnumValueDefinitionNode) -> EnumValue:
        return EnumValue(
            node.name.value,
            node.description.value if node.description else None,
            self._directives(node),
        )

    def _field(self, definition: TypeDefinition, node: FieldDefinitionNode) -> Field:
        directives = self._directives(node)
        shared = [item for item in directives if item.name == "shareable"]
        if len(shared) > 1:
            coordinate = f"{definition.name}.{node.name.value}"
            self._problem(
                "INVALID_SHAREABLE_USAGE",
                f'"{coordinate}" is @shareable twice. Once is enough.',
                coordinate,
            )
        return Field(
            node.name.value,
            node.description.value if node.description else None,
            directives,
            type=self._type(node),
            arguments={
                argument.name.value: self._input_value(argument)
                for argument in node.arguments or ()
            },
        )

    def _input_value(self, node: InputValueDefinitionNode) -> InputValue:
        return InputValue(
            node.name.value,
            node.description.value if node.description else None,
            self._directives(node),
            type=self._type(node),
            default=node.default_value,
        )

    def _type(self, node: FieldDefinitionNode | InputValueDefinitionNode) -> TypeRef:
        reference = TypeRef.of(node.type)
        return reference.renamed(self.renamed.get(reference.name, reference.name))
