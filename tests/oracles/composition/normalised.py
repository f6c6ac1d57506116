"""A supergraph as a flat set of facts, equal for supergraphs that mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueNode,
    GraphQLSyntaxError,
    ListValueNode,
    Node,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    SelectionNode,
    StringValueNode,
    ValueNode,
    build_ast_schema,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
)

_DEFAULTS = {
    "extension": False,
    "resolvable": True,
    "isInterfaceObject": False,
    "external": False,
    "usedOverridden": False,
}
# Some print an object as it is written, others with the defaults of its fields.
_OBJECT_DEFAULT = re.compile(r" = \{.*?\}(?=[,)\n@]| @)")
_SELECTIONS = ("key", "requires", "provides")


def api_text(sdl: str) -> str:
    """The schema, sorted and printed, without what a gateway adds for its own clients."""
    document = parse(sdl)
    kept = [node for node in document.definitions if not _is_defer(node)]
    schema = build_ast_schema(DocumentNode(definitions=tuple(kept)))
    return _OBJECT_DEFAULT.sub(" = {}", print_schema(lexicographic_sort_schema(schema)))


def _is_defer(node: Node) -> bool:
    return isinstance(node, DirectiveDefinitionNode) and node.name.value == "defer"


def facts(supergraph: str) -> set[str]:
    """Every directive application with its coordinate, sorted within; links and roots, too."""
    document = parse(supergraph)
    graphs = _graphs(document)
    found: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            found.update(f"schema {_link(item)}" for item in definition.directives or ())
            for operation in definition.operation_types or ():
                found.add(f"schema {operation.operation.value}: {operation.type.name.value}")
            continue
        name = definition.name.value  # type: ignore[attr-defined]
        if isinstance(definition, DirectiveDefinitionNode):
            if not name.startswith(("join__", "link")):
                found.add(f"directive @{name}")
        elif not name.startswith(("join__", "link__", "context__")):
            found.update(_element(definition, name, graphs))
    return found


def _graphs(document: Any) -> dict[str, str]:
    graphs: dict[str, str] = {}
    for definition in document.definitions:
        if (
            isinstance(definition, EnumTypeDefinitionNode)
            and definition.name.value == "join__Graph"
        ):
            for value in definition.values or ():
                for directive in value.directives or ():
                    for argument in directive.arguments or ():
                        if argument.name.value == "name":
                            assert isinstance(argument.value, StringValueNode)
                            graphs[value.name.value] = argument.value.value
    return graphs


def _element(node: Node, coordinate: str, graphs: dict[str, str]) -> Iterator[str]:
    yield f"{coordinate} {node.kind}"
    kind = getattr(node, "type", None)
    if kind is not None:
        yield f"{coordinate}: {print_ast(kind)}"
    for directive in getattr(node, "directives", None) or ():
        yield f"{coordinate} {_directive(directive, graphs)}"
    for name in ("fields", "values"):
        for child in getattr(node, name, None) or ():
            yield from _element(child, f"{coordinate}.{child.name.value}", graphs)
    for child in getattr(node, "arguments", None) or ():
        yield from _element(child, f"{coordinate}({child.name.value}:)", graphs)


def _directive(node: DirectiveNode, graphs: dict[str, str]) -> str:
    shown: dict[str, str] = {}
    for argument in node.arguments or ():
        name, value = argument.name.value, argument.value
        if name == "graph":
            assert isinstance(value, EnumValueNode)
            shown[name] = graphs[value.value]
        elif name in _SELECTIONS and isinstance(value, StringValueNode):
            shown[name] = selection_text(value.value)
        elif name in _DEFAULTS and getattr(value, "value", None) == _DEFAULTS[name]:
            continue
        else:
            shown[name] = _value(value)
    inner = ", ".join(f"{name}: {text}" for name, text in sorted(shown.items()))
    return f"@{node.name.value}({inner})"


def _value(value: ValueNode) -> str:
    if isinstance(value, ListValueNode):
        return f"[{', '.join(sorted(_value(item) for item in value.values))}]"
    if isinstance(value, ObjectValueNode):
        parts = {item.name.value: _value(item.value) for item in value.fields}
        if "selection" in parts:
            parts["selection"] = " ".join(parts["selection"].split())
        return str(sorted(parts.items()))
    return print_ast(value)


def selection_text(text: str) -> str:
    """A selection set with its fields in order of name, in one spelling."""
    try:
        document = parse(text if text.strip().startswith("{") else f"{{ {text} }}")
    except GraphQLSyntaxError:
        return text
    return _selections(document.definitions[0].selection_set)  # type: ignore[attr-defined]


def _selections(node: Any) -> str:
    return " ".join(sorted(_selection(item) for item in node.selections))


def _selection(node: SelectionNode) -> str:
    inner = getattr(node, "selection_set", None)
    children = f" {{ {_selections(inner)} }}" if inner else ""
    name = getattr(node, "name", None)
    if name is None:
        condition = getattr(node, "type_condition", None)
        return f"...{condition.name.value if condition else ''}{children}"
    arguments = sorted(print_ast(item) for item in getattr(node, "arguments", None) or ())
    return f"{name.value}{arguments or ''}{children}"


def _link(node: DirectiveNode) -> str:
    parts = {
        item.name.value: item.value.value
        for item in node.arguments or ()
        if isinstance(item.value, StringValueNode | EnumValueNode)
    }
    if str(parts.get("url")).startswith("https://specs.apollo.dev/join/"):
        return "join"  # the oracles write the oldest version that suffices
    return f"{parts.get('url')} as {parts.get('as')} for {parts.get('for')}"
