"""Descriptions and applied directives of an element that several subgraphs declare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.federation.composition.merging.access import all_required
from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.merging.costs import united_list_size, weightier
from gateway.federation.composition.merging.values import value_text
from gateway.federation.composition.specification import COMPOSED
from gateway.federation.supergraph.definitions import Directive, Element

_MOST_FREQUENT = frozenset({"deprecated", "specifiedBy", "oneOf"})
_MERGED = {
    "requiresScopes": all_required,
    "policy": all_required,
    "cost": weightier,
    "listSize": united_list_size,
}


def merge_description(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Element]]
) -> str | None:
    """The description that most subgraphs give; the first of those that tie."""
    given = [source for source in sources if source.element.description]
    if not given:
        return None
    counts = Counter(source.element.description for source in given)
    if len(counts) > 1:
        context.hint(
            "INCONSISTENT_DESCRIPTION",
            f'"{coordinate}" has different descriptions; the most frequent one is used.',
            coordinate,
            given,
        )
    return counts.most_common(1)[0][0]


def merge_directives(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Element]]
) -> list[Directive]:
    """Applied directives by the rule of each: all, the most frequent, or their combination."""
    groups: dict[str, list[Source[Element]]] = {}
    applied: dict[str, list[Directive]] = {}
    for source in sources:
        for directive in source.element.directives:
            if directive.name in _MOST_FREQUENT | COMPOSED | source.subgraph.composed_directives:
                groups.setdefault(directive.name, []).append(source)
                applied.setdefault(directive.name, []).append(directive)
    kept: list[Directive] = []
    for name, directives in applied.items():
        distinct = list({_signature(item): item for item in directives}.values())
        if name in _MERGED and len(distinct) > 1:
            merged = distinct[0]
            for directive in distinct[1:]:
                merged = _MERGED[name](merged, directive)
            context.hint(
                "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
                f'@{name} on "{coordinate}" differs between subgraphs; {merged.signature} is used.',
                coordinate,
                groups[name],
            )
            kept.append(merged)
        elif len(distinct) > 1 and not _is_repeatable(context, name):
            counts = Counter(_signature(item) for item in directives)
            chosen = counts.most_common(1)[0][0]
            context.hint(
                "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
                f'@{name} on "{coordinate}" differs between subgraphs; {chosen} is used.',
                coordinate,
                groups[name],
            )
            kept.append(next(item for item in distinct if _signature(item) == chosen))
        else:
            kept += distinct
    return kept


def _signature(directive: Directive) -> str:
    arguments = sorted(directive.arguments.items())
    inner = ", ".join(f"{name}: {value_text(value)}" for name, value in arguments)
    return f"@{directive.name}({inner})"


def _is_repeatable(context: MergeContext, name: str) -> bool:
    if name == "tag":
        return True
    return any(
        name in subgraph.definitions.directives and subgraph.definitions.directives[name].repeatable
        for subgraph in context.subgraphs
    )
