"""The SDL of a subgraph, read by the tests themselves: directives under their own names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    NameNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    StringValueNode,
    TypeExtensionNode,
    Visitor,
    parse,
    visit,
)
from graphql import language as nodes

_FEDERATION = "https://specs.apollo.dev/federation/"
_WITH_FIELDS = (
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
)
_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def selection_set(text: str) -> SelectionSetNode:
    definition: Any = parse(f"{{ {text} }}").definitions[0]
    return definition.selection_set


@dataclass(frozen=True)
class SdlField:
    """A field of an object or interface type with what surrounds it."""

    definition: Any
    node: Any

    @property
    def type(self) -> str:
        return str(self.definition.name.value)

    @property
    def name(self) -> str:
        return str(self.node.name.value)

    def has(self, directive: str) -> bool:
        return any(one.name.value == directive for one in self.node.directives or ())

    def type_has(self, directive: str) -> bool:
        return any(one.name.value == directive for one in self.definition.directives or ())

    def argument(self, directive: str, argument: str) -> str | None:
        return next((text for text in directive_texts(self.node, directive, argument)), None)


def directive_texts(node: Any, directive: str, argument: str) -> Iterator[str]:
    """The text arguments of all applications of a directive."""
    for one in node.directives or ():
        if one.name.value == directive:
            for item in one.arguments or ():
                if item.name.value == argument and isinstance(item.value, StringValueNode):
                    yield item.value.value


def fields_of(document: DocumentNode) -> Iterator[SdlField]:
    for definition in document.definitions:
        if isinstance(definition, _WITH_FIELDS):
            for node in definition.fields or ():
                yield SdlField(definition, node)


def canonical(sdl: str) -> DocumentNode:
    """The document with every federation directive under the name of its specification, and
    types that are only extended as definitions."""
    document = parse(sdl)
    renamed = visit(document, _Renaming(_local_names(document)))
    defined = {
        one.name.value
        for one in renamed.definitions
        if isinstance(one, nodes.TypeDefinitionNode) and not isinstance(one, TypeExtensionNode)
    }
    definitions = []
    for one in renamed.definitions:
        if isinstance(one, DirectiveDefinitionNode):
            continue
        made = one
        if isinstance(one, TypeExtensionNode) and one.name.value not in defined:
            defined.add(one.name.value)
            made = _as_definition(one)
        definitions.append(made)
    return DocumentNode(definitions=tuple(definitions))


def root_names(document: DocumentNode) -> dict[str, str]:
    """The names of this subgraph's root types, with their names in the supergraph."""
    found = {name: name for name in _ROOTS.values()}
    for one in document.definitions:
        if isinstance(one, SchemaDefinitionNode | SchemaExtensionNode):
            for operation in one.operation_types or ():
                found[operation.type.name.value] = _ROOTS[operation.operation.value]
    return found


def _as_definition(node: Any) -> Any:
    made = type(node).__name__.replace("Extension", "Definition")
    values = {key: getattr(node, key, None) for key in node.keys}
    return getattr(nodes, made)(**values)


class _Renaming(Visitor):
    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_directive(self, node: DirectiveNode, *_: Any) -> Any:
        name = self.names.get(node.name.value)
        if name is None or name == node.name.value:
            return None
        return DirectiveNode(name=NameNode(value=name), arguments=node.arguments)


def _local_names(document: DocumentNode) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in document.definitions:
        if not isinstance(one, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        for link in one.directives or ():
            arguments: dict[str, Any] = {
                item.name.value: item.value for item in link.arguments or ()
            }
            url = arguments.get("url")
            if url is None or not url.value.startswith(_FEDERATION):
                continue
            prefix = arguments["as"].value if "as" in arguments else "federation"
            every = "key external requires provides shareable override inaccessible tag extends"
            names |= {f"{prefix}__{name}": name for name in (*every.split(), "interfaceObject")}
            for item in arguments["import"].values if "import" in arguments else ():
                if isinstance(item, StringValueNode):
                    continue
                pair = {part.name.value: part.value.value.lstrip("@") for part in item.fields}
                names[pair.get("as", pair["name"])] = pair["name"]
    return names
