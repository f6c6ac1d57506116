"""`@override`: a field moves from one subgraph to another, at once or by a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Hint, Problem
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Field, Kind, TypeDefinition
from gateway.federation.supergraph.join import JoinedSubgraph, SubgraphField, SubgraphType

_LABEL = re.compile(r"^[a-zA-Z][a-zA-Z0-9_\-:./]*$")
_PERCENT = re.compile(r"^percent\((\d{1,2}(\.\d{1,8})?|100(\.0{1,8})?)\)$")


def apply_overrides(context: MergeContext) -> None:
    """Mark what is taken over in the subgraph that had it; tell what does not fit."""
    by_name = {subgraph.name: subgraph for subgraph in context.subgraphs}
    for subgraph in context.subgraphs:
        for joined in subgraph.joined.types.values():
            for field in joined.fields.values():
                if field.override_from is None:
                    continue
                definition = subgraph.definitions.types[joined.name]
                own = definition.fields[field.name]
                problems = list(_own_problems(subgraph, definition, own, field))
                context.problems += problems
                if not problems:
                    _take_over(context, subgraph, joined, field, by_name)


def _own_problems(
    subgraph: ParsedSubgraph, definition: TypeDefinition, own: Field, field: SubgraphField
) -> Iterator[Problem]:
    coordinate = f"{definition.name}.{field.name}"

    def problem(code: str, message: str) -> Problem:
        return Problem(code, message, (coordinate,), (subgraph.name,))

    if definition.kind is Kind.INTERFACE:
        yield problem(
            "OVERRIDE_ON_INTERFACE",
            f'"{coordinate}" is a field of an interface; @override goes on fields of objects.',
        )
        return
    if definition.has("interfaceObject"):
        yield problem(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'@override cannot be used on "{coordinate}", a field of an @interfaceObject. Remove '
            "it.",
        )
        return
    if field.override_from == subgraph.name:
        yield problem(
            "OVERRIDE_FROM_SELF_ERROR",
            f'"{coordinate}" overrides itself; "from" must name another subgraph.',
        )
    if own.has("external"):
        yield problem(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'@override cannot be used together with @external on "{coordinate}". Remove one of '
            "the two.",
        )


def _take_over(
    context: MergeContext,
    subgraph: ParsedSubgraph,
    joined: SubgraphType,
    field: SubgraphField,
    by_name: dict[str, ParsedSubgraph],
) -> None:
    coordinate = f"{joined.name}.{field.name}"
    source = by_name.get(field.override_from or "")
    source_type = source.joined.types.get(joined.name) if source else None
    overridden = source_type.fields.get(field.name) if source_type else None

    def hint(code: str, message: str) -> None:
        context.hints.append(Hint(code, message, (coordinate,), (subgraph.name,)))

    def problem(code: str, message: str) -> None:
        context.problems.append(Problem(code, message, (coordinate,), (subgraph.name,)))

    if source is None:
        hint(
            "FROM_SUBGRAPH_DOES_NOT_EXIST",
            f'@override on "{coordinate}" in "{subgraph.name}" names the subgraph '
            f'"{field.override_from}", which does not exist.',
        )
    elif overridden is None:
        hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'"{coordinate}" is not in "{source.name}" any more; @override in "{subgraph.name}" '
            "can be removed.",
        )
    elif overridden.override_from is not None:
        problem(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            f'"{coordinate}" has @override in "{subgraph.name}" and in "{source.name}", from '
            "which it is taken. Keep one of them.",
        )
    elif overridden.requires or overridden.provides:
        problem(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'"{coordinate}" cannot be taken from "{source.name}", where it has @requires or '
            "@provides. Remove that first.",
        )
    elif overridden.external:
        hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'"{coordinate}" is @external in "{source.name}", which so does not resolve it; '
            f'@override in "{subgraph.name}" can be removed.',
        )
    elif field.override_label and not _is_label(field.override_label):
        overridden.overridden = True
        problem(
            "OVERRIDE_LABEL_INVALID",
            f'The label "{field.override_label}" of @override on "{coordinate}" must start with '
            "a letter and hold only letters, digits and _-:./, or be percent(0…100). Correct it.",
        )
    else:
        overridden.overridden = True
        overridden.override_label = field.override_label
        if field.override_label is None:
            hint(
                "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
                f'"{coordinate}" in "{source.name}" is overridden by "{subgraph.name}" and can '
                "be removed.",
            )
        else:
            hint(
                "OVERRIDE_MIGRATION_IN_PROGRESS",
                f'"{coordinate}" moves from "{source.name}" to "{subgraph.name}" by the label '
                f'"{field.override_label}".',
            )


def _is_label(text: str) -> bool:
    return _PERCENT.match(text) is not None or _LABEL.match(text) is not None


def drop_overridden(context: MergeContext) -> None:
    """Forget fields that were taken over for good, where nothing in their subgraph uses them."""
    for subgraph in context.subgraphs:
        for joined in subgraph.joined.types.values():
            for field in list(joined.fields.values()):
                if (
                    field.overridden
                    and field.override_label is None
                    and not _is_used(subgraph.joined, joined.name, field.name)
                ):
                    del joined.fields[field.name]


def _is_used(subgraph: JoinedSubgraph, type_name: str, field_name: str) -> bool:
    """Does a key or requirement of the subgraph, or an interface in it, name the field?"""
    own = subgraph.types[type_name]
    for joined in subgraph.types.values():
        sets = [key.fields for key in joined.keys]
        sets += [field.requires for field in joined.fields.values() if field.requires]
        if any(_mentions(one.selections, field_name) for one in sets):
            return True
    return any(
        field_name in subgraph.types[name].fields
        for name in own.interfaces
        if name in subgraph.types
    )


def _mentions(selections: Selections, field_name: str) -> bool:
    return any(
        item.name == field_name or _mentions(item.children or (), field_name) for item in selections
    )
