"""`@cost` and `@listSize` of an element that several subgraphs declare."""

from __future__ import annotations

from graphql import (
    BooleanValueNode,
    ConstListValueNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
    ValueNode,
)

from gateway.federation.supergraph.definitions import Directive


def weightier(one: Directive, other: Directive) -> Directive:
    """The greater cost counts."""
    return max(one, other, key=lambda item: _number(item.arguments.get("weight")))


def united_list_size(one: Directive, other: Directive) -> Directive:
    """The greatest size, and the arguments and fields of both."""
    arguments: dict[str, ValueNode] = {}
    sizes = [value for item in (one, other) if (value := item.arguments.get("assumedSize"))]
    if sizes:
        arguments["assumedSize"] = max(sizes, key=_number)
    for name in ("slicingArguments", "sizedFields"):
        united = dict.fromkeys(
            text for item in (one, other) for text in _texts(item.arguments.get(name))
        )
        if united:
            nodes = tuple(StringValueNode(value=text) for text in united)
            arguments[name] = ConstListValueNode(values=nodes)
    required = [
        value.value
        for item in (one, other)
        if isinstance(value := item.arguments.get("requireOneSlicingArgument"), BooleanValueNode)
    ]
    if required:
        arguments["requireOneSlicingArgument"] = BooleanValueNode(value=any(required))
    return Directive(one.name, arguments)


def _number(value: ValueNode | None) -> int:
    return int(value.value) if isinstance(value, IntValueNode) else 0


def _texts(value: ValueNode | None) -> list[str]:
    if isinstance(value, StringValueNode):
        return [value.value]
    items = value.values if isinstance(value, ListValueNode) else ()
    return [item.value for item in items if isinstance(item, StringValueNode)]
