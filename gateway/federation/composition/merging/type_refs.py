"""Merges the types of a field, an argument or an input field."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.federation.composition.merging.context import (
    MergeContext,
    Source,
    by_text,
    spelled,
)
from gateway.federation.supergraph.definitions import Field, InputValue, Kind
from gateway.federation.supergraph.type_ref import TypeRef


def merge_output_type(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Field]]
) -> TypeRef:
    """Covariant: nullable where any subgraph is, and the type that all others are a kind of."""
    references = [source.element.type for source in sources]
    name = _widest([reference.name for reference in references], context)
    if name is None or len({reference.list_depth for reference in references}) > 1:
        _mismatch(context, "FIELD_TYPE_MISMATCH", "field", coordinate, sources)
        return references[0]
    if len(set(references)) > 1:
        same_names = len({reference.name for reference in references}) == 1
        context.hint(
            "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
            f'"{coordinate}" has types that differ but fit together; '
            + ("it is nullable where one of them is." if same_names else f'"{name}" is used.'),
            coordinate,
            sources,
        )
    layers = [reference.layers() for reference in references]
    return TypeRef.from_layers(name, tuple(all(flags) for flags in zip(*layers, strict=True)))


def merge_input_type(
    context: MergeContext,
    coordinate: str,
    sources: Sequence[Source[InputValue]],
    *,
    is_argument: bool,
) -> TypeRef:
    """Contravariant: non-null where any subgraph is."""
    references = [source.element.type for source in sources]
    names = {reference.name for reference in references}
    if len(names) > 1 or len({reference.list_depth for reference in references}) > 1:
        code = "FIELD_ARGUMENT_TYPE_MISMATCH" if is_argument else "FIELD_TYPE_MISMATCH"
        _mismatch(context, code, "argument" if is_argument else "input field", coordinate, sources)
        return references[0]
    layers = [reference.layers() for reference in references]
    return TypeRef.from_layers(
        references[0].name, tuple(any(flags) for flags in zip(*layers, strict=True))
    )


def _mismatch(
    context: MergeContext,
    code: str,
    what: str,
    coordinate: str,
    sources: Sequence[Source[Field]] | Sequence[Source[InputValue]],
) -> None:
    shown = by_text((source.name, str(source.element.type)) for source in sources)
    context.problem(
        code,
        f'The {what} "{coordinate}" has types that do not fit together: {spelled(shown)}. Give '
        "it the same type everywhere.",
        coordinate,
        sources,
    )


def _widest(names: Sequence[str], context: MergeContext) -> str | None:
    candidates = set(names)
    for candidate in dict.fromkeys(names):
        if all(name == candidate or _is_kind_of(name, candidate, context) for name in candidates):
            return candidate
    return None


def _is_kind_of(name: str, wider: str, context: MergeContext) -> bool:
    for subgraph in context.subgraphs:
        types = subgraph.definitions.types
        narrow, wide = types.get(name), types.get(wider)
        if narrow is not None and wider in narrow.interfaces:
            return True
        if wide is not None and wide.kind is Kind.UNION and name in wide.members:
            return True
    return False
