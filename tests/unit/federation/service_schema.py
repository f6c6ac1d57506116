"""What a subgraph's SDL says, read from its syntax tree without the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    REMOVE,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    SelectionSetNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language import ast

from tests.unit.federation.subgraph_sdl import selection_set

_LISTS = ("fields", "interfaces", "types", "values")
_KEPT = frozenset({"deprecated", "specifiedBy", "oneOf", "skip", "include"})
_FEDERATION_TYPES = frozenset({"_Any", "_FieldSet", "_Service", "_Entity", "FieldSet"})


@dataclass
class ServiceSdl:
    """The definitions of a subgraph with extensions folded in, and its federation directives."""

    definitions: dict[str, Any] = field(default_factory=dict)
    schema_node: SchemaDefinitionNode | None = None
    directives: list[DirectiveDefinitionNode] = field(default_factory=list)
    keys: dict[str, list[SelectionSetNode]] = field(default_factory=dict)
    """Resolvable ones, by type."""
    external: set[tuple[str, str]] = field(default_factory=set)
    required: dict[tuple[str, str], SelectionSetNode] = field(default_factory=dict)
    provided: dict[tuple[str, str], SelectionSetNode] = field(default_factory=dict)
    interface_objects: set[str] = field(default_factory=set)
    root_names: dict[str, str] = field(default_factory=dict)
    """Root types under another name, with their usual one."""

    @classmethod
    def read(cls, text: str) -> ServiceSdl:
        sdl = cls()
        extended: set[str] = set()
        for node in parse(text, no_location=True).definitions:
            if isinstance(node, SchemaDefinitionNode):
                sdl.schema_node = SchemaDefinitionNode(
                    directives=(), operation_types=node.operation_types
                )
                for operation in node.operation_types:
                    usual = operation.operation.value.capitalize()
                    sdl.root_names[operation.type.name.value] = usual
            elif isinstance(node, DirectiveDefinitionNode):
                sdl.directives.append(node)
            elif isinstance(node, TypeDefinitionNode | TypeExtensionNode):
                if isinstance(node, TypeExtensionNode) or _directives(node, "extends"):
                    extended.add(node.name.value)
                sdl._learn(node)
                sdl._add(node)
        for name in sdl.keys.keys() | extended:
            sdl._drop_external_keys(name, is_extension=name in extended)
        return sdl

    def _learn(self, node: Any) -> None:
        name = node.name.value
        for directive in _directives(node, "key"):
            if _argument(directive, "resolvable") is not False:
                self.keys.setdefault(name, []).append(_field_set(directive))
        if any(_directives(node, "interfaceObject")):
            self.interface_objects.add(name)
        if not isinstance(
            node,
            ObjectTypeDefinitionNode
            | InterfaceTypeDefinitionNode
            | ast.ObjectTypeExtensionNode
            | ast.InterfaceTypeExtensionNode,
        ):
            return
        for item in node.fields or ():
            place = (name, item.name.value)
            if any(_directives(item, "external")) or any(_directives(node, "external")):
                self.external.add(place)
            for directive in _directives(item, "requires"):
                self.required[place] = _field_set(directive)
            for directive in _directives(item, "provides"):
                self.provided[place] = _field_set(directive)

    def _add(self, node: Any) -> None:
        name = node.name.value
        if name in _FEDERATION_TYPES:
            return
        known = self.definitions.get(name)
        kind = type(node).__name__.replace("Extension", "Definition")
        lists = {
            one: (*((getattr(known, one) or ()) if known else ()), *(getattr(node, one) or ()))
            for one in _LISTS
            if hasattr(node, one)
        }
        self.definitions[name] = getattr(ast, kind)(
            name=node.name, directives=node.directives, **lists
        )

    def _drop_external_keys(self, name: str, *, is_extension: bool) -> None:
        """A key field that every entry brings is there although it is marked external."""
        sets = [{one.name.value for one in _top(key)} for key in self.keys.get(name, ())]
        if sets:
            known = set.union(*sets) if is_extension else set.intersection(*sets)
            self.external -= {(name, one) for one in known}

    def representable(self, name: str) -> set[str]:
        """What a representation of this type may hold."""
        needed = [node for (parent, _), node in self.required.items() if parent == name]
        return {
            "__typename",
            *(one.name.value for node in (*self.keys[name], *needed) for one in _top(node)),
        }

    def schema(self) -> GraphQLSchema:
        definitions = list(self.definitions.values())
        query = next((one for one, usual in self.root_names.items() if usual == "Query"), "Query")
        if query not in self.definitions:
            definitions += parse("type Query { _empty: Boolean }").definitions
        nodes = [*definitions, *self.directives]
        if self.schema_node is not None and self.schema_node.operation_types:
            nodes.append(self.schema_node)
        document = visit(DocumentNode(definitions=tuple(nodes)), _OnlyKept())
        return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)


def _top(node: SelectionSetNode) -> Iterator[FieldNode]:
    for one in node.selections:
        if isinstance(one, FieldNode):
            yield one
        elif isinstance(one, InlineFragmentNode):
            yield from _top(one.selection_set)


def _directives(node: Any, name: str) -> list[DirectiveNode]:
    return [
        one
        for one in node.directives or ()
        if one.name.value in (name, f"federation__{name}", f"fed__{name}", f"my_{name}")
    ]


def _argument(directive: DirectiveNode, name: str) -> Any:
    for one in directive.arguments or ():
        if one.name.value == name:
            return getattr(one.value, "value", None)
    return None


def _field_set(directive: DirectiveNode) -> SelectionSetNode:
    text = _argument(directive, "fields")
    if text is None:
        values: Any = next(
            one.value for one in directive.arguments or () if one.name.value == "fields"
        )
        text = " ".join(one.value for one in values.values)
    return selection_set(text)


class _OnlyKept(Visitor):
    """Drops the directives that only composition understands."""

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        return None if node.name.value in _KEPT else REMOVE
