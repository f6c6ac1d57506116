"""Reads the types of a supergraph's SDL; directives go by the names of their specifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
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
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import (
    BUILT_IN_SCALARS,
    ROOT_NAMES,
    Definitions,
    Directive,
    EnumValue,
    Field,
    InputValue,
    Kind,
    TypeDefinition,
)
from gateway.federation.supergraph.features import Features
from gateway.federation.supergraph.type_ref import TypeRef

_BUILT_IN_DIRECTIVES = frozenset({"skip", "include", "deprecated", "specifiedBy", "oneOf"})
_KINDS: Sequence[tuple[type[TypeDefinitionNode], type[TypeExtensionNode], Kind]] = (
    (ScalarTypeDefinitionNode, ScalarTypeExtensionNode, Kind.SCALAR),
    (ObjectTypeDefinitionNode, ObjectTypeExtensionNode, Kind.OBJECT),
    (InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode, Kind.INTERFACE),
    (UnionTypeDefinitionNode, UnionTypeExtensionNode, Kind.UNION),
    (EnumTypeDefinitionNode, EnumTypeExtensionNode, Kind.ENUM),
    (InputObjectTypeDefinitionNode, InputObjectTypeExtensionNode, Kind.INPUT),
)


@dataclass(slots=True)
class SupergraphDefinitions:
    """What the SDL defines: clients' types, and the enum that names the subgraphs."""

    definitions: Definitions = field(default_factory=Definitions)
    graphs: list[EnumValue] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_definitions(document: DocumentNode, features: Features) -> SupergraphDefinitions:
    """The definitions of a supergraph without those of the specifications that it links.

    Root types get the names Query, Mutation and Subscription.
    """
    reader = _DefinitionReader(features, _root_renames(document))
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            reader.directive_definition(node)
        elif isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            reader.type_definition(node)
    return reader.read


def _root_renames(document: DocumentNode) -> Mapping[str, str]:
    return {
        operation.type.name.value: ROOT_NAMES[operation.operation.value]
        for definition in document.definitions
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode)
        for operation in definition.operation_types or ()
    }


class _DefinitionReader:
    def __init__(self, features: Features, renames: Mapping[str, str]) -> None:
        self.features = features
        self.renames = renames
        self.read = SupergraphDefinitions()

    def directive_definition(self, node: DirectiveDefinitionNode) -> None:
        name = node.name.value
        if name not in self.features.directives and name not in _BUILT_IN_DIRECTIVES:
            self.read.definitions.directives[name] = node

    def type_definition(self, node: TypeDefinitionNode | TypeExtensionNode) -> None:
        local = node.name.value
        if local == self.features.graph_enum and isinstance(node, EnumTypeDefinitionNode):
            self.read.graphs += [
                EnumValue(value.name.value, None, self._directives(value.directives))
                for value in node.values or ()
            ]
            return
        if self.features.is_specification_type(local) or local in BUILT_IN_SCALARS:
            return
        name = self._name(local)
        if name in self.renames.values() and local not in self.renames:
            self._problem(
                f'The type "{local}" exists although the schema names another root type. Make '
                "it the root type, or rename it.",
                local,
            )
            return
        kind = next(kind for one, other, kind in _KINDS if isinstance(node, one | other))
        known = self.read.definitions.types.get(name)
        if known is None:
            known = self.read.definitions.types[name] = TypeDefinition(name, kind=kind)
        elif known.kind is not kind or isinstance(node, TypeDefinitionNode):
            self._problem(f'The type "{name}" is declared more than once.', name)
            return
        if isinstance(node, TypeDefinitionNode):
            known.description = _description(node.description)
        known.directives += self._directives(node.directives)
        self._content(known, node)

    def _content(self, known: TypeDefinition, node: TypeDefinitionNode | TypeExtensionNode) -> None:
        if isinstance(
            node,
            ObjectTypeDefinitionNode
            | ObjectTypeExtensionNode
            | InterfaceTypeDefinitionNode
            | InterfaceTypeExtensionNode,
        ):
            known.interfaces += [self._name(item.name.value) for item in node.interfaces or ()]
            for item in node.fields or ():
                known.fields[item.name.value] = self._field(item)
        elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
            known.members += [self._name(member.name.value) for member in node.types or ()]
        elif isinstance(node, EnumTypeDefinitionNode | EnumTypeExtensionNode):
            for value in node.values or ():
                known.values[value.name.value] = EnumValue(
                    value.name.value,
                    _description(value.description),
                    self._directives(value.directives),
                )
        elif isinstance(node, InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode):
            for input_field in node.fields or ():
                known.input_fields[input_field.name.value] = self._input_value(input_field)

    def _problem(self, message: str, *coordinates: str) -> None:
        self.read.problems.append(Problem("INVALID_GRAPHQL", message, coordinates))

    def _name(self, local: str) -> str:
        return self.renames.get(local, local)

    def _field(self, node: FieldDefinitionNode) -> Field:
        return Field(
            node.name.value,
            _description(node.description),
            self._directives(node.directives),
            type=self._type(node),
            arguments={item.name.value: self._input_value(item) for item in node.arguments or ()},
        )

    def _input_value(self, node: InputValueDefinitionNode) -> InputValue:
        return InputValue(
            node.name.value,
            _description(node.description),
            self._directives(node.directives),
            type=self._type(node),
            default=node.default_value,
        )

    def _type(self, node: FieldDefinitionNode | InputValueDefinitionNode) -> TypeRef:
        reference = TypeRef.of(node.type)
        return reference.renamed(self._name(reference.name))

    def _directives(
        self, nodes: Iterable[DirectiveNode | ConstDirectiveNode] | None
    ) -> list[Directive]:
        read: list[Directive] = []
        for node in nodes or ():
            name = self.features.directives.get(node.name.value, node.name.value)
            if name:
                arguments = {item.name.value: item.value for item in node.arguments or ()}
                read.append(Directive(name, arguments))
        return read


def _description(node: StringValueNode | None) -> str | None:
    return node.value if node else None
