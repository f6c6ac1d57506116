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
from gateway.federation.supergraph.type_ref import LIST, NON_NULL, TypeRef


def merge_output_type(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Field]]
) -> TypeRef:
    """Covariant: the type of which those of all others are subtypes."""
    references = [source.element.type for source in sources]
    for candidate in references:
        if all(is_subtype(one, candidate, context) for one in references):
            if len(set(references)) > 1:
                context.hint(
                    "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
                    f'"{coordinate}" has types that differ but fit together; "{candidate}" is '
                    "used.",
                    coordinate,
                    sources,
                )
            return candidate
    _mismatch(context, "FIELD_TYPE_MISMATCH", "field", coordinate, sources)
    return references[0]


def merge_input_type(
    context: MergeContext,
    coordinate: str,
    sources: Sequence[Source[InputValue]],
    *,
    is_argument: bool,
) -> TypeRef:
    """Contravariant: the type that is a subtype of those of all others."""
    references = [source.element.type for source in sources]
    for candidate in references:
        if all(is_subtype(candidate, one, context) for one in references):
            if len(set(references)) > 1:
                kind = "ARGUMENT" if is_argument else "FIELD"
                context.hint(
                    f"INCONSISTENT_BUT_COMPATIBLE_{kind}_TYPE",
                    f'"{coordinate}" has types that differ but fit together; "{candidate}" is '
                    "used.",
                    coordinate,
                    sources,
                )
            return candidate
    code = "FIELD_ARGUMENT_TYPE_MISMATCH" if is_argument else "FIELD_TYPE_MISMATCH"
    _mismatch(context, code, "argument" if is_argument else "input field", coordinate, sources)
    return references[0]


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


def is_subtype(narrow: TypeRef, wide: TypeRef, context: MergeContext) -> bool:
    """May a value of the first type stand wherever one of the second is expected?"""
    left, right = narrow.wrapping, wide.wrapping
    while left != right:
        if left.startswith(NON_NULL) and not right.startswith(NON_NULL):
            left = left[1:]
        elif left[:1] == right[:1] and left[:1] in (LIST, NON_NULL):
            left, right = left[1:], right[1:]
        else:
            return False
    return narrow.name == wide.name or is_kind_of(narrow.name, wide.name, context)


def is_kind_of(name: str, wider: str, context: MergeContext) -> bool:
    """Does any subgraph say that the first type implements or is a member of the second?"""
    for subgraph in context.subgraphs:
        types = subgraph.definitions.types
        narrow, wide = types.get(name), types.get(wider)
        if narrow is not None and wider in narrow.interfaces:
            return True
        if wide is not None and wide.kind is Kind.UNION and name in wide.members:
            return True
    return False
