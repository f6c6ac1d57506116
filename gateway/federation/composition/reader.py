"""Reads the SDL of one subgraph into definitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
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
    parse,
)

from gateway.federation.composition.links import Links, read_links
from gateway.federation.composition.specification import (
    BOILERPLATE_FIELDS,
    BOILERPLATE_TYPES,
    SINCE,
)
from gateway.federation.composition.subgraph import ParsedSubgraph, Subgraph
from gateway.federation.errors import CompositionError, Problem
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
from gateway.federation.supergraph.join import JoinedSubgraph
from gateway.federation.supergraph.type_ref import TypeRef

_BUILT_IN_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})
ElementT = TypeVar("ElementT", Field, EnumValue, InputValue)

_KINDS: Sequence[tuple[type[TypeDefinitionNode], type[TypeExtensionNode], Kind]] = (
    (ScalarTypeDefinitionNode, ScalarTypeExtensionNode, Kind.SCALAR),
    (ObjectTypeDefinitionNode, ObjectTypeExtensionNode, Kind.OBJECT),
    (InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode, Kind.INTERFACE),
    (UnionTypeDefinitionNode, UnionTypeExtensionNode, Kind.UNION),
    (EnumTypeDefinitionNode, EnumTypeExtensionNode, Kind.ENUM),
    (InputObjectTypeDefinitionNode, InputObjectTypeExtensionNode, Kind.INPUT),
)


def read_subgraph(subgraph: Subgraph) -> ParsedSubgraph:
    """Parse and read a subgraph. Raises CompositionError when its SDL is not usable at all."""
    try:
        document = parse(subgraph.sdl)
    except GraphQLSyntaxError as error:
        line = error.locations[0].line if error.locations else 0
        raise CompositionError(
            [
                Problem(
                    "INVALID_GRAPHQL",
                    f"The SDL does not parse (line {line}): {error.message}",
                    subgraphs=(subgraph.name,),
                )
            ]
        ) from error
    reader = _Reader(subgraph, document)
    return reader.read()


class _Reader:
    def __init__(self, subgraph: Subgraph, document: DocumentNode) -> None:
        self.subgraph = subgraph
        self.document = document
        self.links: Links = read_links(document, subgraph.name)
        self.problems: list[Problem] = list(self.links.problems)
        self.definitions = Definitions()
        self.schema_directives: list[Directive] = []
        self.roots: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.explicit_base: set[str] = set()
        self.defined_directives = frozenset(
            node.name.value
            for node in document.definitions
            if isinstance(node, DirectiveDefinitionNode)
        )

    def read(self) -> ParsedSubgraph:
        self._read_roots()
        for definition in self.document.definitions:
            if isinstance(definition, DirectiveDefinitionNode):
                name = definition.name.value
                if name not in self.links.canonical and name not in ("link", "core"):
                    self.definitions.directives[name] = definition
            elif isinstance(definition, TypeDefinitionNode | TypeExtensionNode):
                self._read_type(definition)
        self._finish_types()
        if self.problems:
            raise CompositionError(self.problems)
        return ParsedSubgraph(
            self.subgraph.name,
            self.subgraph.url,
            self.links,
            self.definitions,
            JoinedSubgraph(self.subgraph.name, self.subgraph.url),
            self.schema_directives,
            self._composed_directives(),
        )

    def _problem(self, code: str, message: str, *coordinates: str) -> None:
        self.problems.append(Problem(code, message, coordinates, (self.subgraph.name,)))

    def _read_roots(self) -> None:
        defined = {
            definition.name.value
            for definition in self.document.definitions
            if isinstance(definition, TypeDefinitionNode | TypeExtensionNode)
        }
        has_schema_definition = False
        for definition in self.document.definitions:
            if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
                has_schema_definition |= bool(definition.operation_types)
                self.schema_directives += self._directives(definition.directives)
                for operation in definition.operation_types or ():
                    self.roots[operation.operation.value] = operation.type.name.value
        for operation_name, canonical in ROOT_NAMES.items():
            local = self.roots.get(operation_name)
            if local is None:
                if canonical in defined and not has_schema_definition:
                    self.roots[operation_name] = canonical
            elif local != canonical:
                self.renamed[local] = canonical
                if canonical in defined:
                    self._problem(
                        f"ROOT_{canonical.upper()}_USED",
                        f'The type "{canonical}" exists although "{local}" is the root type for '
                        f'{operation_name}. Rename "{canonical}" or make it the root type.',
                        canonical,
                    )

    def _read_type(self, node: TypeDefinitionNode | TypeExtensionNode) -> None:
        name = self.renamed.get(node.name.value, node.name.value)
        if (
            name in BOILERPLATE_TYPES
            or self.links.is_specification_type(node.name.value)
            or (name == "FieldSet" and self.links.is_federation_1)
        ):
            return
        kind, is_extension = next(
            (kind, isinstance(node, extension))
            for definition, extension, kind in _KINDS
            if isinstance(node, definition | extension)
        )
        if kind is Kind.SCALAR and name in BUILT_IN_SCALARS:
            return
        existing = self.definitions.types.get(name)
        if existing is None:
            existing = TypeDefinition(name, kind=kind, is_extension=True)
            self.definitions.types[name] = existing
        elif existing.kind is not kind:
            self._problem(
                "INVALID_GRAPHQL",
                f'"{name}" is declared as {existing.kind} and as {kind}; give one another name.',
                name,
            )
            return
        if not is_extension:
            if name in self.explicit_base:
                self._problem(
                    "INVALID_GRAPHQL", f'The type "{name}" is declared more than once.', name
                )
            self.explicit_base.add(name)
            existing.is_extension = False
        if isinstance(node, TypeDefinitionNode) and node.description:
            existing.description = node.description.value
        directives = self._directives(node.directives)
        shared = [item for item in directives if item.name == "shareable"]
        existing.directives += [item for item in directives if item not in shared]
        known = set(existing.fields)
        self._read_content(existing, node)
        # On a type, @shareable is meant for the fields of the same block only.
        for name, item in existing.fields.items():
            if name not in known:
                item.directives += shared

    def _read_content(
        self, definition: TypeDefinition, node: TypeDefinitionNode | TypeExtensionNode
    ) -> None:
        if isinstance(
            node,
            ObjectTypeDefinitionNode
            | ObjectTypeExtensionNode
            | InterfaceTypeDefinitionNode
            | InterfaceTypeExtensionNode,
        ):
            for interface in node.interfaces or ():
                if interface.name.value not in definition.interfaces:
                    definition.interfaces.append(interface.name.value)
            for item in node.fields or ():
                self._add(definition, definition.fields, self._field(item))
        elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
            for member in node.types or ():
                if member.name.value not in definition.members:
                    definition.members.append(member.name.value)
        elif isinstance(node, EnumTypeDefinitionNode | EnumTypeExtensionNode):
            for value in node.values or ():
                enum_value = EnumValue(
                    value.name.value,
                    value.description.value if value.description else None,
                    self._directives(value.directives),
                )
                self._add(definition, definition.values, enum_value)
        elif isinstance(node, InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode):
            for input_field in node.fields or ():
                self._add(definition, definition.input_fields, self._input_value(input_field))

    def _add(self, definition: TypeDefinition, target: dict[str, ElementT], item: ElementT) -> None:
        if item.name in target:
            coordinate = f"{definition.name}.{item.name}"
            self._problem(
                "INVALID_GRAPHQL", f'"{coordinate}" is declared more than once.', coordinate
            )
        target[item.name] = item

    def _field(self, node: FieldDefinitionNode) -> Field:
        return Field(
            node.name.value,
            node.description.value if node.description else None,
            self._directives(node.directives),
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
            self._directives(node.directives),
            type=self._type(node),
            default=node.default_value,
        )

    def _type(self, node: FieldDefinitionNode | InputValueDefinitionNode) -> TypeRef:
        reference = TypeRef.of(node.type)
        return reference.renamed(self.renamed.get(reference.name, reference.name))

    def _directives(
        self, nodes: Iterable[DirectiveNode | ConstDirectiveNode] | None
    ) -> list[Directive]:
        return [
            Directive(
                self._directive_name(node.name.value),
                {argument.name.value: argument.value for argument in node.arguments or ()},
                self.links.identities.get(node.name.value, ""),
            )
            for node in nodes or ()
            if node.name.value not in ("link", "core")
        ]

    def _directive_name(self, local: str) -> str:
        canonical = self.links.canonical.get(local)
        if canonical is not None:
            return canonical
        if local not in self.defined_directives | _BUILT_IN_DIRECTIVES:
            known = " Import it from the federation specification." if local in SINCE else ""
            self._problem(
                "INVALID_GRAPHQL",
                f'The directive "@{local}" is not defined.{known or " Define it."}',
                f"@{local}",
            )
        return f"custom__{local}" if local in SINCE else local

    def _finish_types(self) -> None:
        query = self.definitions.types.get("Query")
        if query is not None:
            for name in BOILERPLATE_FIELDS:
                query.fields.pop(name, None)
            if not query.fields:
                del self.definitions.types["Query"]
        for definition in self.definitions.types.values():
            if definition.has("extends"):
                definition.is_extension = True
            definition.interfaces = [self.renamed.get(name, name) for name in definition.interfaces]
            definition.members = [self.renamed.get(name, name) for name in definition.members]

    def _composed_directives(self) -> frozenset[str]:
        names: set[str] = set()
        for directive in self.schema_directives:
            value = directive.arguments.get("name")
            if directive.name == "composeDirective" and isinstance(value, StringValueNode):
                names.add(value.value.removeprefix("@"))
        return frozenset(names)
