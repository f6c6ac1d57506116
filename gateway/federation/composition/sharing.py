"""Rules across subgraphs: who may resolve the same field, and interfaces with their entities."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Kind, TypeDefinition


def check_sharing(context: MergeContext) -> Iterator[Problem]:
    """Fields that several subgraphs resolve must be shareable in all of them."""
    for definition in context.merged.types.values():
        if definition.kind is not Kind.OBJECT:
            continue
        for field_name in definition.fields:
            yield from _check_field(context, definition, field_name)


def _check_field(
    context: MergeContext, definition: TypeDefinition, field_name: str
) -> Iterator[Problem]:
    coordinate = f"{definition.name}.{field_name}"
    resolving: list[ParsedSubgraph] = []
    unshared: list[str] = []
    for subgraph in context.subgraphs:
        for type_name in (definition.name, *definition.interfaces):
            joined = subgraph.joined.types.get(type_name)
            if joined is None or (type_name != definition.name and not joined.is_interface_object):
                continue
            field = joined.fields.get(field_name)
            if field is None or field.external or field.overridden:
                continue
            roles = context.roles[subgraph.name]
            if (type_name, field_name) in roles.reference_only:
                continue
            resolving.append(subgraph)
            shared = (type_name, field_name) in roles.shareable | roles.in_keys
            if not shared and field.override_label is None:
                unshared.append(subgraph.name)
    if len(resolving) < 2:
        return
    names = tuple(subgraph.name for subgraph in resolving)
    if definition.name == "Subscription":
        yield Problem(
            "INVALID_FIELD_SHARING",
            f'"{coordinate}" is in {", ".join(names)}; a subscription field belongs to one '
            "subgraph. Rename the others.",
            (coordinate,),
            names,
        )
    elif unshared:
        yield Problem(
            "INVALID_FIELD_SHARING",
            f'"{coordinate}" is resolved by {", ".join(names)}, but is not @shareable in '
            f"{', '.join(unshared)}. Mark it @shareable in all of them, or keep it in one.",
            (coordinate,),
            names,
        )


def check_interfaces(context: MergeContext) -> Iterator[Problem]:
    """Implementations have all fields of their interfaces; entity interfaces are whole."""
    types = context.merged.types
    for definition in types.values():
        if definition.kind is not Kind.OBJECT:
            continue
        for name in definition.interfaces:
            interface = types.get(name)
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
    for definition in types.values():
        if definition.kind is Kind.INTERFACE:
            yield from _check_entity_interface(context, definition)


def _check_entity_interface(context: MergeContext, interface: TypeDefinition) -> Iterator[Problem]:
    implementations = context.merged.possible_types(interface.name)
    whole = False
    objects: list[str] = []
    for subgraph in context.subgraphs:
        joined = subgraph.joined.types.get(interface.name)
        if joined is None:
            continue
        known = {
            name
            for name, item in subgraph.joined.types.items()
            if item.kind is Kind.OBJECT and interface.name in item.interfaces
        }
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
        if not joined.keys:
            continue
        missing = sorted(implementations - known)
        if missing:
            yield Problem(
                "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                f'The interface "{interface.name}" has a @key in "{subgraph.name}", which so '
                f"must define all its implementations; missing: {', '.join(missing)}.",
                (interface.name,),
                (subgraph.name,),
            )
        whole |= not missing
        for name in sorted(known):
            own = {key.fields.text for key in subgraph.joined.types[name].keys}
            for key in joined.keys:
                if key.resolvable and key.fields.text not in own:
                    yield Problem(
                        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                        f'"{name}" must have @key(fields: "{key.fields.text}") in '
                        f'"{subgraph.name}", as its interface "{interface.name}" has.',
                        (name,),
                        (subgraph.name,),
                    )
    if objects and not whole:
        yield Problem(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f'"{interface.name}" is an @interfaceObject in {", ".join(objects)}, but no subgraph '
            "defines it as an interface with a @key. Define it in one.",
            (interface.name,),
            tuple(objects),
        )
