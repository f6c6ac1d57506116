"""Rules for `@key`, `@requires`, `@provides` and `@external`."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.composition.externals import FieldRoles, walk_fields
from gateway.federation.composition.field_sets import (
    InvalidFieldSetError,
    field_set_text,
    parse_selection_set,
    read_field_set,
)
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Directive, Field, Kind, TypeDefinition


def check_field_sets(subgraph: ParsedSubgraph, roles: FieldRoles) -> Iterator[Problem]:
    """Check all field sets of a subgraph and that external fields are used for something."""
    for definition in subgraph.definitions.types.values():
        for directive in definition.applied("key"):
            yield from _check_key(subgraph, definition, directive)
        for field in definition.fields.values():
            for name in ("requires", "provides"):
                for directive in field.applied(name):
                    yield from _check_field_directive(subgraph, roles, definition, field, directive)
    yield from _check_externals(subgraph, roles)


def _check_key(
    subgraph: ParsedSubgraph, definition: TypeDefinition, directive: Directive
) -> Iterator[Problem]:
    coordinate = definition.name
    if definition.kind is Kind.INTERFACE and (
        not subgraph.is_federation_1 and subgraph.links.version < (2, 3)
    ):
        yield Problem(
            "KEY_UNSUPPORTED_ON_INTERFACE",
            f'@key on the interface "{coordinate}" needs federation v2.3 or newer; link it.',
            (coordinate,),
            (subgraph.name,),
        )
    node, problem = _parsed(subgraph, "KEY", coordinate, coordinate, directive)
    if node is None:
        if problem is not None:
            yield problem
        return
    definitions = subgraph.definitions
    for owner, field, selected in walk_fields(node, definition.name, definitions):
        inner = f"{owner}.{field.name}"
        if selected.arguments or any(item.is_required for item in field.arguments.values()):
            yield Problem(
                "KEY_FIELDS_HAS_ARGS",
                f'The key of "{coordinate}" uses "{inner}", which takes arguments. Use a field '
                "without arguments.",
                (coordinate, inner),
                (subgraph.name,),
            )
        kind = (
            definitions.types[field.type.name].kind
            if field.type.name in (definitions.types)
            else Kind.SCALAR
        )
        if kind is Kind.UNION or kind is Kind.INTERFACE or field.type.is_list:
            what = "a list" if field.type.is_list else f"of the {kind} {field.type.name}"
            yield Problem(
                "KEY_FIELDS_SELECT_INVALID_TYPE",
                f'The key of "{coordinate}" uses "{inner}", which is {what}. A key consists of '
                "scalars, enums and objects.",
                (coordinate, inner),
                (subgraph.name,),
            )


def _check_field_directive(
    subgraph: ParsedSubgraph,
    roles: FieldRoles,
    definition: TypeDefinition,
    field: Field,
    directive: Directive,
) -> Iterator[Problem]:
    code = directive.name.upper()
    coordinate = f"{definition.name}.{field.name}"
    target = definition.name
    if directive.name == "provides":
        target = field.type.name
        target_definition = subgraph.definitions.types.get(target)
        if target_definition is None or not target_definition.kind.is_composite:
            yield Problem(
                "PROVIDES_ON_NON_OBJECT_FIELD",
                f'@provides on "{coordinate}" has no effect, since "{target}" has no fields. '
                "Remove it.",
                (coordinate,),
                (subgraph.name,),
            )
            return
    if definition.kind is Kind.INTERFACE and not subgraph.is_federation_1:
        yield Problem(
            f"{code}_UNSUPPORTED_ON_INTERFACE",
            f'@{directive.name} cannot be put on "{coordinate}", a field of an interface. Put it '
            "on the field of each implementing type.",
            (coordinate,),
            (subgraph.name,),
        )
        return
    node, problem = _parsed(subgraph, code, coordinate, target, directive)
    if node is None:
        if problem is not None:
            yield problem
        return
    if directive.name == "provides":
        for owner, found, selected in walk_fields(node, target, subgraph.definitions):
            if selected.arguments:
                yield Problem(
                    "PROVIDES_FIELDS_HAS_ARGS",
                    f'@provides on "{coordinate}" gives arguments to "{owner}.{found.name}", '
                    "which is not possible.",
                    (coordinate,),
                    (subgraph.name,),
                )
    if not subgraph.is_federation_1:
        where = (coordinate, directive.name)
        yield from _check_external_leaves(subgraph, roles, where, target, node)


def _parsed(
    subgraph: ParsedSubgraph, code: str, coordinate: str, target: str, directive: Directive
) -> tuple[SelectionSetNode | None, Problem | None]:
    where = f'@{directive.name} on "{coordinate}"'

    def problem(suffix: str, message: str) -> Problem:
        return Problem(f"{code}_{suffix}", message, (coordinate,), (subgraph.name,))

    text = field_set_text(directive)
    if text is None:
        return None, problem(
            "INVALID_FIELDS_TYPE", f'{where} needs a string as its argument "fields".'
        )
    try:
        read_field_set(text, target, subgraph.definitions)
        node = parse_selection_set(text)
    except InvalidFieldSetError as error:
        return None, problem(
            "INVALID_FIELDS", f'The fields "{text}" of {where} cannot be used: {error}.'
        )
    reason = _shape_problem(node, target, subgraph)
    if reason is not None:
        suffix, message = reason
        return None, problem(suffix, f'The fields "{text}" of {where} {message}.')
    return node, None


def _shape_problem(
    node: SelectionSetNode, parent: str, subgraph: ParsedSubgraph
) -> tuple[str, str] | None:
    for selection in node.selections:
        found: tuple[str, str] | None = None
        if selection.directives:
            found = "DIRECTIVE_IN_FIELDS_ARG", "hold a directive; remove it"
        elif isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition.name.value if selection.type_condition else parent
            found = _shape_problem(selection.selection_set, condition, subgraph)
        elif isinstance(selection, FieldNode):
            found = _field_shape_problem(selection, parent, subgraph)
        else:
            found = "INVALID_FIELDS", "use a named fragment, which is not possible here"
        if found is not None:
            return found
    return None


def _field_shape_problem(
    selection: FieldNode, parent: str, subgraph: ParsedSubgraph
) -> tuple[str, str] | None:
    name = selection.name.value
    if selection.alias is not None:
        return "INVALID_FIELDS", f'give "{name}" an alias; remove it'
    field = subgraph.definitions.field(parent, name)
    if field is None:
        return None
    target = subgraph.definitions.types.get(field.type.name)
    composite = target is not None and target.kind.is_composite
    if selection.selection_set is None:
        reason = f'must say which fields of "{name}" are meant'
        return ("INVALID_FIELDS", reason) if composite else None
    if not composite:
        return "INVALID_FIELDS", f'select fields of "{name}", which has none'
    return _shape_problem(selection.selection_set, field.type.name, subgraph)


def _check_external_leaves(
    subgraph: ParsedSubgraph,
    roles: FieldRoles,
    where: tuple[str, str],
    target: str,
    node: SelectionSetNode,
) -> Iterator[Problem]:
    coordinate, directive = where
    for name in _local_leaves(subgraph, roles, node, target, under_external=False):
        yield Problem(
            f"{directive.upper()}_FIELDS_MISSING_EXTERNAL",
            f'@{directive} on "{coordinate}" names "{name}", which this subgraph resolves '
            f'itself. Mark "{name}" @external, or leave it out.',
            (coordinate, name),
            (subgraph.name,),
        )


def _local_leaves(
    subgraph: ParsedSubgraph,
    roles: FieldRoles,
    node: SelectionSetNode,
    parent: str,
    *,
    under_external: bool,
) -> Iterator[str]:
    for selection in node.selections:
        if isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition.name.value if selection.type_condition else parent
            yield from _local_leaves(
                subgraph, roles, selection.selection_set, condition, under_external=under_external
            )
        elif isinstance(selection, FieldNode):
            field = subgraph.definitions.field(parent, selection.name.value)
            if field is None:
                continue
            owners = {parent} | set(subgraph.definitions.possible_types(parent))
            external = under_external or any((o, field.name) in roles.external for o in owners)
            external = external or subgraph.definitions.types[parent].has("external")
            if selection.selection_set is not None:
                yield from _local_leaves(
                    subgraph,
                    roles,
                    selection.selection_set,
                    field.type.name,
                    under_external=external,
                )
            elif not external and not field.has("external"):
                yield f"{parent}.{field.name}"


def _check_externals(subgraph: ParsedSubgraph, roles: FieldRoles) -> Iterator[Problem]:
    if subgraph.is_federation_1:
        return
    for definition in subgraph.definitions.types.values():
        for field in definition.fields.values():
            coordinate = f"{definition.name}.{field.name}"
            if not field.has("external"):
                continue
            if definition.kind is Kind.INTERFACE:
                yield Problem(
                    "EXTERNAL_ON_INTERFACE",
                    f'"{coordinate}" is a field of an interface and cannot be @external. Mark '
                    "the fields of the implementing types.",
                    (coordinate,),
                    (subgraph.name,),
                )
            elif (definition.name, field.name) not in roles.used:
                yield Problem(
                    "EXTERNAL_UNUSED",
                    f'"{coordinate}" is @external, but no @key, @requires or @provides uses it '
                    "and no interface asks for it. Use it or remove it.",
                    (coordinate,),
                    (subgraph.name,),
                )
