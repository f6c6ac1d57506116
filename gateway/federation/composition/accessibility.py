"""Rules for `@inaccessible`: nothing that clients see may depend on something hidden."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import (
    Definitions,
    Element,
    InputValue,
    Kind,
    TypeDefinition,
)


def check_accessibility(definitions: Definitions) -> Iterator[Problem]:
    """Every reason why the API schema would not be valid after hiding."""
    types = definitions.types
    hidden = {name for name, item in types.items() if item.has("inaccessible")}
    if "Query" in hidden:
        yield Problem(
            "QUERY_ROOT_TYPE_INACCESSIBLE",
            "The query root type is @inaccessible, so that nothing could be queried. Remove it.",
            ("Query",),
        )
    for definition in types.values():
        if definition.name not in hidden:
            yield from _check_children(definition)
            yield from _check_references(definition, hidden)
            yield from _check_implementations(definition, definitions, hidden)


def _all_hidden(elements: dict[str, Element]) -> bool:
    return bool(elements) and all(item.has("inaccessible") for item in elements.values())


def _check_children(definition: TypeDefinition) -> Iterator[Problem]:
    groups: list[dict[str, Element]] = [
        dict(definition.fields),
        dict(definition.input_fields),
        dict(definition.values),
    ]
    if any(_all_hidden(group) for group in groups):
        yield Problem(
            "ONLY_INACCESSIBLE_CHILDREN",
            f'Everything in "{definition.name}" is @inaccessible. Mark the type itself, or show '
            "a part of it.",
            (definition.name,),
        )


def _check_references(definition: TypeDefinition, hidden: set[str]) -> Iterator[Problem]:
    for field in definition.fields.values():
        if field.has("inaccessible"):
            continue
        coordinate = f"{definition.name}.{field.name}"
        if field.type.name in hidden:
            yield _referenced(coordinate, field.type.name)
        for argument in field.arguments.values():
            yield from _check_input(f"{coordinate}({argument.name}:)", argument, hidden)
    for item in definition.input_fields.values():
        yield from _check_input(f"{definition.name}.{item.name}", item, hidden)


def _check_input(coordinate: str, item: InputValue, hidden: set[str]) -> Iterator[Problem]:
    if item.has("inaccessible"):
        if item.is_required:
            yield Problem(
                "REQUIRED_INACCESSIBLE",
                f'"{coordinate}" is @inaccessible, but required. Give it a default or make it '
                "optional.",
                (coordinate,),
            )
    elif item.type.name in hidden:
        yield _referenced(coordinate, item.type.name)


def _referenced(coordinate: str, type_name: str) -> Problem:
    return Problem(
        "REFERENCED_INACCESSIBLE",
        f'"{coordinate}" is of the type "{type_name}", which is @inaccessible. Mark '
        f'"{coordinate}" @inaccessible, too.',
        (coordinate, type_name),
    )


def _check_implementations(
    definition: TypeDefinition, definitions: Definitions, hidden: set[str]
) -> Iterator[Problem]:
    if definition.kind not in (Kind.OBJECT, Kind.INTERFACE):
        return
    for name in definition.interfaces:
        interface = definitions.types.get(name)
        if interface is None or name in hidden:
            continue
        for field in interface.fields.values():
            own = definition.fields.get(field.name)
            if own is not None and own.has("inaccessible") and not field.has("inaccessible"):
                coordinate = f"{definition.name}.{field.name}"
                yield Problem(
                    "IMPLEMENTED_BY_INACCESSIBLE",
                    f'"{coordinate}" is @inaccessible, but implements "{name}.{field.name}", '
                    "which is not. Hide both or none.",
                    (coordinate,),
                )
