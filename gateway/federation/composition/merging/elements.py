"""Descriptions and applied directives of an element that several subgraphs declare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graphql import (
    ConstListValueNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
    ValueNode,
    print_ast,
)

from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.specification import COMPOSED
from gateway.federation.supergraph.definitions import Directive, Element

_FIRST_WINS = frozenset({"deprecated", "specifiedBy", "listSize", "oneOf"})
_ALTERNATIVES = {"requiresScopes": "scopes", "policy": "policies"}


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


def merge_directives(context: MergeContext, sources: Sequence[Source[Element]]) -> list[Directive]:
    """Applied directives by the rule of each: all, the first, the highest or the alternatives."""
    kept: dict[str, Directive] = {}
    for source in sources:
        for directive in source.element.directives:
            name = directive.name
            if name in _FIRST_WINS:
                kept.setdefault(name, directive)
            elif name == "cost":
                kept[name] = _higher_cost(kept.get(name), directive)
            elif name in _ALTERNATIVES:
                kept[name] = _all_required(kept.get(name), directive, _ALTERNATIVES[name])
            elif name in COMPOSED or name in source.subgraph.composed_directives:
                kept.setdefault(directive.signature, directive)
    return list(kept.values())


def _higher_cost(earlier: Directive | None, directive: Directive) -> Directive:
    if earlier is None:
        return directive

    def weight(one: Directive) -> int:
        value = one.arguments.get("weight")
        return int(value.value) if isinstance(value, IntValueNode) else 0

    return max(earlier, directive, key=weight)


def _all_required(earlier: Directive | None, directive: Directive, argument: str) -> Directive:
    """Both sides must be met: each alternative of one together with each of the other."""
    if earlier is None:
        return directive
    combined: dict[frozenset[str], None] = {}
    for left in _groups(earlier.arguments.get(argument)):
        for right in _groups(directive.arguments.get(argument)):
            combined[left | right] = None
    groups = tuple(
        ConstListValueNode(values=tuple(StringValueNode(value=name) for name in sorted(group)))
        for group in combined
    )
    return Directive(directive.name, {argument: ConstListValueNode(values=groups)})


def _groups(value: ValueNode | None) -> list[frozenset[str]]:
    if not isinstance(value, ListValueNode):
        return []
    return [
        frozenset(
            item.value if isinstance(item, StringValueNode) else print_ast(item)
            for item in (group.values if isinstance(group, ListValueNode) else (group,))
        )
        for group in value.values
    ]
