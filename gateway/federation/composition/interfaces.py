"""Rules across subgraphs for interfaces, their implementations and interface objects."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.errors import Problem
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Kind, TypeDefinition
from gateway.federation.supergraph.join import Key


def check_interfaces(context: MergeContext) -> Iterator[Problem]:
    """Implementations have all fields of their interfaces; entity interfaces are whole."""
    types = context.merged.types
    for definition in types.values():
        if definition.kind is Kind.OBJECT:
            yield from _check_fields(context, definition)
    for definition in types.values():
        if definition.kind is Kind.INTERFACE:
            yield from _check_entity_interface(context, definition)


def _check_fields(context: MergeContext, definition: TypeDefinition) -> Iterator[Problem]:
    for name in definition.interfaces:
        interface = context.merged.types.get(name)
        for field_name in interface.fields if interface else ():
            if field_name not in definition.fields:
                yield Problem(
                    "INTERFACE_FIELD_NO_IMPLEM",
                    f'"{definition.name}" implements "{name}", but no subgraph gives it the '
                    f'field "{field_name}" of the interface. Add the field.',
                    (f"{definition.name}.{field_name}",),
                    tuple(
                        subgraph.name
                        for subgraph in context.subgraphs
                        if definition.name in subgraph.definitions.types
                    ),
                )


def _check_entity_interface(context: MergeContext, interface: TypeDefinition) -> Iterator[Problem]:
    implementations = context.merged.possible_types(interface.name)
    is_interface_somewhere = False
    objects: list[str] = []
    for subgraph in context.subgraphs:
        joined = subgraph.joined.types.get(interface.name)
        if joined is None:
            continue
        if joined.is_interface_object:
            objects.append(subgraph.name)
            both = sorted(implementations & set(subgraph.joined.types))
            if both:
                yield Problem(
                    "INTERFACE_OBJECT_USAGE_ERROR",
                    f'"{interface.name}" is an @interfaceObject in "{subgraph.name}", which so '
                    f"must not define its implementations {', '.join(both)}. Remove them there.",
                    (interface.name,),
                    (subgraph.name,),
                )
            continue
        is_interface_somewhere = True
        known = subgraph.joined.possible_types(interface.name)
        missing = sorted(implementations - known)
        if joined.keys and missing:
            yield Problem(
                "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                f'The interface "{interface.name}" has a @key in "{subgraph.name}", which so '
                f"must define all its implementations; missing: {', '.join(missing)}. Add them.",
                (interface.name,),
                (subgraph.name,),
            )
        for name in sorted(known):
            own = {_signature(key): key for key in subgraph.joined.types[name].keys}
            for key in joined.keys:
                found = own.get(_signature(key))
                if found is None or (key.resolvable and not found.resolvable):
                    yield Problem(
                        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                        f'"{name}" must have a resolvable @key(fields: "{key.fields.text}") in '
                        f'"{subgraph.name}", as its interface "{interface.name}" has. Add it.',
                        (name,),
                        (subgraph.name,),
                    )
    if objects and not is_interface_somewhere:
        yield Problem(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f'"{interface.name}" is an @interfaceObject in {", ".join(objects)}, but no subgraph '
            "defines it as an interface. Define it in one.",
            (interface.name,),
            tuple(objects),
        )


def _signature(key: Key) -> str:
    """Equal for keys of the same fields, in whatever order."""
    return _fields(key.fields.selections)


def _fields(selections: Selections) -> str:
    return " ".join(
        sorted(
            f"{item.name} {{ {_fields(item.children)} }}" if item.children else item.name
            for item in selections
        )
    )
