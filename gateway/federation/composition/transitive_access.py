"""Whoever may read a field may read what it requires."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.merging.access import ARGUMENTS, alternatives
from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.specification import ACCESS
from gateway.federation.errors import Problem
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Definitions, Directive, Element


def check_transitive_access(context: MergeContext) -> Iterator[Problem]:
    """A field with a requirement asks for at least what the required fields ask for."""
    for subgraph in context.subgraphs:
        for joined in subgraph.joined.types.values():
            for field in joined.fields.values():
                sets = [(joined.name, field.requires.selections)] if field.requires else []
                sets += [
                    (name, selections)
                    for item in field.contexts
                    for name, selections in item.selections.items()
                ]
                own = _access(context.merged, joined.name, field.name)
                missing = sorted(
                    {
                        inner
                        for parent, selections in sets
                        for inner, needed in _needed(context.merged, parent, selections)
                        if not any(_implies(one, needed) for one in own)
                    }
                )
                if missing:
                    coordinate = f"{joined.name}.{field.name}"
                    yield Problem(
                        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
                        f'"{coordinate}" takes from {", ".join(missing)}, which asks for more '
                        "rights. Put the same @authenticated, @requiresScopes and @policy on "
                        f'"{coordinate}".',
                        (coordinate, *missing),
                        (subgraph.name,),
                    )


def _access(definitions: Definitions, type_name: str, field_name: str) -> list[Directive]:
    definition = definitions.types.get(type_name)
    field = definitions.field(type_name, field_name)
    target = definitions.types.get(field.type.name) if field else None
    elements: list[Element | None] = [definition, field, target]
    return [
        directive
        for element in elements
        if element is not None
        for directive in element.directives
        if directive.name in ACCESS
    ]


def _needed(
    definitions: Definitions, parent: str, selections: Selections
) -> Iterator[tuple[str, Directive]]:
    for item in selections:
        for owner in sorted({parent, *(item.types or ())}):
            field = definitions.field(owner, item.name)
            if field is None:
                continue
            for directive in _access(definitions, owner, item.name):
                yield f"{owner}.{item.name}", directive
            yield from _needed(definitions, field.type.name, item.children or ())


def _implies(own: Directive, needed: Directive) -> bool:
    """Whoever meets the first meets the second."""
    if own.name != needed.name:
        return False
    if own.name not in ARGUMENTS:
        return True
    argument = ARGUMENTS[own.name]
    wanted = alternatives(needed.arguments.get(argument))
    given = alternatives(own.arguments.get(argument))
    return all(any(one >= other for other in wanted) for one in given)
