"""Rules for `@shareable`, `@override` and `@interfaceObject` within one subgraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import StringValueNode

from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.specification import UNSUPPORTED
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Directive, Field, Kind, TypeDefinition

_LABEL = re.compile(r"^[a-zA-Z][a-zA-Z0-9_\-:./]*$")
_PERCENT = re.compile(r"^percent\((\d{1,3}(?:\.\d{1,8})?)\)$")
_NOT_WITH_OVERRIDE = ("external", "provides", "requires")


def check_directives(subgraph: ParsedSubgraph, roles: FieldRoles) -> Iterator[Problem]:
    """Check how a subgraph applies directives that concern several subgraphs."""
    for definition in subgraph.definitions.types.values():
        if definition.has("interfaceObject"):
            yield from _check_interface_object(subgraph, definition)
        for field in definition.fields.values():
            if definition.kind is Kind.INTERFACE and field.has("shareable"):
                coordinate = f"{definition.name}.{field.name}"
                yield Problem(
                    "INVALID_SHAREABLE_USAGE",
                    f'"{coordinate}" is a field of an interface; only fields of objects are '
                    "@shareable. Remove it.",
                    (coordinate,),
                    (subgraph.name,),
                )
            for directive in field.applied("override"):
                yield from _check_override(subgraph, definition, field, directive)
            yield from _check_unsupported(subgraph, definition, field)


def _check_unsupported(
    subgraph: ParsedSubgraph, definition: TypeDefinition, field: Field
) -> Iterator[Problem]:
    elements = (definition, field, *field.arguments.values())
    used = {directive.name for element in elements for directive in element.directives}
    for name in sorted(used & UNSUPPORTED):
        yield Problem(
            "UNSUPPORTED_FEATURE",
            f'@{name} on "{definition.name}.{field.name}" is not supported here. Pass the value '
            "as an argument or with @requires.",
            (f"{definition.name}.{field.name}",),
            (subgraph.name,),
        )


def _check_interface_object(
    subgraph: ParsedSubgraph, definition: TypeDefinition
) -> Iterator[Problem]:
    if definition.kind is not Kind.OBJECT or not definition.has("key"):
        yield Problem(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f'"{definition.name}" is an @interfaceObject and so must be an object type with a '
            "@key.",
            (definition.name,),
            (subgraph.name,),
        )


def _check_override(
    subgraph: ParsedSubgraph, definition: TypeDefinition, field: Field, directive: Directive
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
    source = directive.arguments.get("from")
    if isinstance(source, StringValueNode) and source.value == subgraph.name:
        yield problem(
            "OVERRIDE_FROM_SELF_ERROR",
            f'"{coordinate}" overrides itself; "from" must name another subgraph.',
        )
    for other in _NOT_WITH_OVERRIDE:
        if field.has(other):
            yield problem(
                "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                f'@override cannot be used together with @{other} on "{coordinate}". Remove one '
                "of the two.",
            )
    label = directive.arguments.get("label")
    if isinstance(label, StringValueNode) and not _is_label(label.value):
        yield problem(
            "OVERRIDE_LABEL_INVALID",
            f'The label "{label.value}" of @override on "{coordinate}" must start with a letter '
            "and hold only letters, digits and _-:./, or be percent(0…100).",
        )


def _is_label(text: str) -> bool:
    percent = _PERCENT.match(text)
    if percent is not None:
        return float(percent[1]) <= 100
    return _LABEL.match(text) is not None
