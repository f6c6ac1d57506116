"""Shared fields of abstract types: each subgraph must be able to give the same value."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.errors import Hint, Problem
from gateway.federation.supergraph.definitions import Kind


def check_runtime_types(context: MergeContext) -> Iterator[Problem]:
    """The object types behind a shared field must have one in common."""
    for definition in context.merged.types.values():
        if definition.kind is not Kind.OBJECT:
            continue
        for field in definition.fields.values():
            target = context.merged.types.get(field.type.name)
            if target is not None and target.kind.is_abstract:
                yield from _check(context, definition.name, field.name)


def _check(context: MergeContext, type_name: str, field_name: str) -> Iterator[Problem]:
    possible: dict[str, frozenset[str]] = {}
    for subgraph in context.subgraphs:
        joined = subgraph.joined.types.get(type_name)
        field = joined.fields.get(field_name) if joined else None
        if field is None or field.external or field.overridden:
            continue
        declared = subgraph.joined.types.get(field.type.name)
        if declared is not None and declared.kind.is_abstract:
            possible[subgraph.name] = subgraph.joined.possible_types(declared.name)
    if len(set(possible.values())) < 2:
        return
    coordinate = f"{type_name}.{field_name}"
    shown = "; ".join(f"{', '.join(sorted(types))} in {name}" for name, types in possible.items())
    if not frozenset.intersection(*possible.values()):
        yield Problem(
            "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
            f'"{coordinate}" is shared, but what may be behind it has no type in common: {shown}. '
            "Shared fields must give the same everywhere; add a common type, or keep the field in "
            "one subgraph.",
            (coordinate,),
            tuple(possible),
        )
    else:
        context.hints.append(
            Hint(
                "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
                f'"{coordinate}" is shared, but what may be behind it differs: {shown}.',
                (coordinate,),
                tuple(possible),
            )
        )
