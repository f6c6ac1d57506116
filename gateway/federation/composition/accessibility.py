"""Rules for `@inaccessible`: nothing that clients see may depend on something hidden."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.hidden_defaults import check_hidden_defaults
from gateway.federation.composition.merging.executable_directives import is_executable
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import (
    Definitions,
    InputValue,
    Kind,
    TypeDefinition,
)
from gateway.federation.supergraph.type_ref import TypeRef


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
            yield from _check_children(definition, hidden)
            yield from _check_references(definition, hidden)
            yield from _check_implementations(definition, definitions, hidden)
    for name, node in definitions.directives.items():
        for argument in node.arguments or ():
            target = TypeRef.of(argument.type).name
            if target in hidden and is_executable(node):
                yield _referenced(f"@{name}({argument.name.value}:)", target)
    yield from check_hidden_defaults(definitions, hidden)


def _check_children(definition: TypeDefinition, hidden: set[str]) -> Iterator[Problem]:
    shown = [
        *(one for one in definition.fields.values() if not one.has("inaccessible")),
        *(one for one in definition.input_fields.values() if not one.has("inaccessible")),
        *(one for one in definition.values.values() if not one.has("inaccessible")),
        *(one for one in definition.members if one not in hidden),
    ]
    held = (definition.fields, definition.input_fields, definition.values, definition.members)
    if any(held) and not shown:
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
            if own is None or field.has("inaccessible"):
                continue
            coordinate = f"{definition.name}.{field.name}"
            if own.has("inaccessible"):
                yield _implements(coordinate, f"{name}.{field.name}")
                continue
            for argument in field.arguments.values():
                inner = own.arguments.get(argument.name)
                if inner is None or argument.has("inaccessible"):
                    continue
                if inner.has("inaccessible"):
                    where = f"({argument.name}:)"
                    yield _implements(f"{coordinate}{where}", f"{name}.{field.name}{where}")
            for extra in own.arguments.values():
                other = field.arguments.get(extra.name)
                hides = other is not None and other.has("inaccessible")
                if hides and extra.is_required and not extra.has("inaccessible"):
                    yield Problem(
                        "REQUIRED_INACCESSIBLE",
                        f'"{coordinate}({extra.name}:)" is required, but hidden in the interface '
                        f'"{name}". Make it optional, or show it there.',
                        (f"{coordinate}({extra.name}:)",),
                    )


def _implements(coordinate: str, implemented: str) -> Problem:
    return Problem(
        "IMPLEMENTED_BY_INACCESSIBLE",
        f'"{coordinate}" is @inaccessible, but implements "{implemented}", which is not. Hide '
        "both or none.",
        (coordinate,),
    )
