"""Rules for `@cost` and `@listSize`."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import IntValueNode, ListValueNode, StringValueNode, ValueNode

from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Definitions, Directive, Field, Kind


def check_costs(subgraph: ParsedSubgraph) -> Iterator[Problem]:
    """Costs are put where they can act, and sizes of lists name what is there."""
    for definition in subgraph.definitions.types.values():
        for field in definition.fields.values():
            coordinate = f"{definition.name}.{field.name}"
            if definition.kind is Kind.INTERFACE and field.has("cost"):
                yield Problem(
                    "COST_APPLIED_TO_INTERFACE_FIELD",
                    f'@cost does not go on "{coordinate}", a field of an interface. Put it on '
                    "the fields of the implementing types.",
                    (coordinate,),
                    (subgraph.name,),
                )
            for directive in field.applied("listSize"):
                for code, message in _list_size(subgraph.definitions, coordinate, field, directive):
                    yield Problem(code, message, (coordinate,), (subgraph.name,))


def _list_size(
    definitions: Definitions, coordinate: str, field: Field, directive: Directive
) -> Iterator[tuple[str, str]]:
    sized = _names(directive.arguments.get("sizedFields"))
    if not field.type.is_list and not sized:
        yield (
            "LIST_SIZE_APPLIED_TO_NON_LIST",
            f'@listSize is on "{coordinate}", which is no list. Remove it or name sizedFields.',
        )
    assumed = directive.arguments.get("assumedSize")
    if isinstance(assumed, IntValueNode) and int(assumed.value) < 0:
        yield (
            "LIST_SIZE_INVALID_ASSUMED_SIZE",
            f'The assumedSize of "{coordinate}" is {assumed.value}. Give a number from 0 up.',
        )
    for name in _names(directive.arguments.get("slicingArguments")):
        argument = field.arguments.get(name)
        if argument is None or argument.type.nullable.wrapping or argument.type.name != "Int":
            yield (
                "LIST_SIZE_INVALID_SLICING_ARGUMENT",
                f'"{name}" of @listSize on "{coordinate}" is not one of its arguments of type '
                "Int. Correct the name or the type.",
            )
    if sized and field.type.name not in definitions.types:
        yield (
            "LIST_SIZE_INVALID_SIZED_FIELD",
            f'"{coordinate}" has no fields that @listSize could size. Remove sizedFields.',
        )
        return
    for name in sized:
        inner = definitions.field(field.type.name, name)
        if inner is None or not inner.type.is_list:
            yield (
                "LIST_SIZE_APPLIED_TO_NON_LIST" if inner else "LIST_SIZE_INVALID_SIZED_FIELD",
                f'"{name}" of @listSize on "{coordinate}" is not a list of "{field.type.name}". '
                "Name one of its lists.",
            )


def _names(value: ValueNode | None) -> list[str]:
    if isinstance(value, StringValueNode):
        return [value.value]
    items = value.values if isinstance(value, ListValueNode) else ()
    return [item.value for item in items if isinstance(item, StringValueNode)]
