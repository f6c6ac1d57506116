"""Rules across subgraphs: who may resolve the same field."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Hint, Problem
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
    providing: list[str] = []
    unshared: list[str] = []
    for subgraph in context.subgraphs:
        for type_name in (definition.name, *definition.interfaces):
            joined = subgraph.joined.types.get(type_name)
            if joined is None or (type_name != definition.name and not joined.is_interface_object):
                continue
            field = joined.fields.get(field_name)
            roles = context.roles[subgraph.name]
            if field is None or field.overridden:
                continue
            if field.external:
                if (type_name, field_name) in roles.provided:
                    providing.append(subgraph.name)
                continue
            if (type_name, field_name) in roles.reference_only:
                continue
            resolving.append(subgraph)
            shared = (type_name, field_name) in roles.shareable | roles.in_keys
            if not shared and field.override_label is None:
                unshared.append(subgraph.name)
    names = tuple(subgraph.name for subgraph in resolving)
    if unshared and providing:
        context.hints.append(
            Hint(
                "PROVIDED_FIELD_NOT_SHAREABLE",
                f'"{coordinate}" is provided by {", ".join(providing)}, too; other composers '
                f"want it @shareable in {', '.join(unshared)}.",
                (coordinate,),
                tuple(unshared),
            )
        )
    if len(resolving) < 2:
        return
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
