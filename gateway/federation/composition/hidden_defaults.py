"""Defaults that clients see must not hold what is hidden from them."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import EnumValueNode, ListValueNode, ObjectValueNode, ValueNode

from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Definitions, InputValue
from gateway.federation.supergraph.type_ref import TypeRef


def check_hidden_defaults(definitions: Definitions, hidden: set[str]) -> Iterator[Problem]:
    """Every visible argument or input field whose default mentions something hidden."""
    for definition in definitions.types.values():
        if definition.name in hidden:
            continue
        for field in definition.fields.values():
            if not field.has("inaccessible"):
                for argument in field.arguments.values():
                    coordinate = f"{definition.name}.{field.name}({argument.name}:)"
                    yield from _check(definitions, coordinate, argument)
        for item in definition.input_fields.values():
            yield from _check(definitions, f"{definition.name}.{item.name}", item)


def _check(definitions: Definitions, coordinate: str, item: InputValue) -> Iterator[Problem]:
    if item.has("inaccessible") or item.default is None:
        return
    for mentioned in dict.fromkeys(_hidden_in(definitions, item.type, item.default)):
        yield Problem(
            "DEFAULT_VALUE_USES_INACCESSIBLE",
            f'The default of "{coordinate}" uses "{mentioned}", which is @inaccessible. Use '
            "another default.",
            (coordinate, mentioned),
        )


def _hidden_in(definitions: Definitions, type_ref: TypeRef, value: ValueNode) -> Iterator[str]:
    definition = definitions.types.get(type_ref.name)
    if definition is None:
        return
    if isinstance(value, ListValueNode):
        for one in value.values:
            yield from _hidden_in(definitions, type_ref, one)
    elif isinstance(value, EnumValueNode):
        found = definition.values.get(value.value)
        if found is not None and found.has("inaccessible"):
            yield f"{definition.name}.{found.name}"
    elif isinstance(value, ObjectValueNode):
        for part in value.fields:
            field = definition.input_fields.get(part.name.value)
            if field is None:
                continue
            if field.has("inaccessible"):
                yield f"{definition.name}.{field.name}"
            else:
                yield from _hidden_in(definitions, field.type, part.value)
