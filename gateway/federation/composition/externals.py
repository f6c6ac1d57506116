"""Which fields of a subgraph are external, shareable, keys or used by other field sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.composition.contexts import (
    context_selection,
    object_types,
    read_context_value,
)
from gateway.federation.composition.field_sets import (
    InvalidFieldSetError,
    field_set_text,
    parse_selection_set,
)
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.supergraph.definitions import (
    Definitions,
    Directive,
    Field,
    InputValue,
    Kind,
)

Coordinate = tuple[str, str]


@dataclass(slots=True)
class FieldRoles:
    """The parts that the fields of one subgraph play."""

    external: set[Coordinate] = field(default_factory=set)
    reference_only: set[Coordinate] = field(default_factory=set)
    """Key fields marked external by a subgraph that extends the entity."""
    in_keys: set[Coordinate] = field(default_factory=set)
    used: set[Coordinate] = field(default_factory=set)
    """External fields that a key, requires, provides or an interface makes use of."""
    shareable: set[Coordinate] = field(default_factory=set)
    provided: set[Coordinate] = field(default_factory=set)


def walk_fields(
    node: SelectionSetNode, parent: str, definitions: Definitions
) -> Iterator[tuple[str, Field, FieldNode]]:
    """Each field of a selection set with the type it is selected on; unknown ones are skipped."""
    for selection in node.selections:
        if isinstance(selection, FieldNode):
            found = definitions.field(parent, selection.name.value)
            if found is None:
                continue
            yield parent, found, selection
            if selection.selection_set is not None:
                yield from walk_fields(selection.selection_set, found.type.name, definitions)
        elif isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition.name.value if selection.type_condition else parent
            yield from walk_fields(selection.selection_set, condition, definitions)


def field_roles(subgraph: ParsedSubgraph) -> FieldRoles:
    """Collect the roles of all fields of a subgraph."""
    roles = FieldRoles()
    definitions = subgraph.definitions
    for definition in definitions.types.values():
        for item in definition.fields.values():
            coordinate = (definition.name, item.name)
            if item.has("external") or (
                definition.has("external") and definition.kind is Kind.OBJECT
            ):
                roles.external.add(coordinate)
            if subgraph.is_federation_1 or item.has("shareable"):
                roles.shareable.add(coordinate)
            for name in ("requires", "provides"):
                parent = definition.name if name == "requires" else item.type.name
                for directive in item.applied(name):
                    found = set(_mentioned(directive, parent, definitions))
                    roles.used |= found
                    if name == "provides":
                        roles.provided |= found
            for argument in item.arguments.values():
                roles.used.update(_from_context(argument, definitions))
        keys = [
            frozenset(_mentioned(directive, definition.name, definitions))
            for directive in definition.applied("key")
        ]
        if keys:
            _collect_keys(keys, definition.is_extension, roles)
    _collect_interface_uses(definitions, roles)
    return roles


def _collect_keys(keys: list[frozenset[Coordinate]], is_extension: bool, roles: FieldRoles) -> None:
    every = frozenset.union(*keys)
    roles.used |= every
    roles.in_keys |= every
    if is_extension:
        # To mark the key of what one extends is what Federation 1 wanted; the subgraph resolves
        # the key all the same, since representations bring it.
        roles.reference_only |= roles.external & every
        roles.external -= every


def mentioned_fields(
    directive: Directive, parent: str, definitions: Definitions
) -> frozenset[Coordinate] | None:
    """The fields that a field set names; None when it names none that is known."""
    return frozenset(_mentioned(directive, parent, definitions)) or None


def _mentioned(directive: Directive, parent: str, definitions: Definitions) -> Iterator[Coordinate]:
    text = field_set_text(directive)
    if text is None:
        return
    try:
        node = parse_selection_set(text)
    except InvalidFieldSetError:
        return
    for owner, found, _ in walk_fields(node, parent, definitions):
        yield owner, found.name
        if definitions.types[owner].kind.is_abstract:
            for possible in definitions.possible_types(owner):
                if definitions.field(possible, found.name):
                    yield possible, found.name


def _from_context(argument: InputValue, definitions: Definitions) -> Iterator[Coordinate]:
    for directive in argument.applied("fromContext"):
        value = read_context_value(directive)
        node = context_selection(value) if value else None
        if value is None or node is None:
            continue
        for parent in object_types(definitions, value.context):
            for owner, found, _ in walk_fields(node, parent, definitions):
                yield owner, found.name


def _collect_interface_uses(definitions: Definitions, roles: FieldRoles) -> None:
    for type_name, field_name in roles.external:
        for interface in definitions.types[type_name].interfaces:
            if definitions.field(interface, field_name):
                roles.used.add((type_name, field_name))
