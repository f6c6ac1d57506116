"""Rules for `@key`, `@requires` and `@provides`."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import FieldNode, GraphQLSchema, InlineFragmentNode, SelectionSetNode, StringValueNode

from gateway.federation.composition.externals import FieldRoles, walk_fields
from gateway.federation.composition.field_sets import (
    InvalidFieldSetError,
    field_set_text,
    parse_selection_set,
)
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.composition.validation.selection_rules import check_selection
from gateway.federation.errors import Problem, sentence
from gateway.federation.supergraph.definitions import Directive, Field, Kind, TypeDefinition


def check_field_sets(
    subgraph: ParsedSubgraph, schema: GraphQLSchema, roles: FieldRoles
) -> Iterator[Problem]:
    """Check all field sets of a subgraph."""
    rules = _FieldSetRules(subgraph, schema, roles)
    for definition in subgraph.definitions.types.values():
        for directive in definition.applied("key"):
            yield from rules.check_key(definition, directive)
        for field in definition.fields.values():
            for directive in field.applied("requires"):
                yield from rules.check_requires(definition, field, directive)
            for directive in field.applied("provides"):
                yield from rules.check_provides(definition, field, directive)


class _FieldSetRules:
    def __init__(self, subgraph: ParsedSubgraph, schema: GraphQLSchema, roles: FieldRoles) -> None:
        self.subgraph = subgraph
        self.definitions = subgraph.definitions
        self.schema = schema
        self.roles = roles

    def _problem(self, code: str, message: str, *coordinates: str) -> Problem:
        return Problem(code, message, coordinates, (self.subgraph.name,))

    def check_key(self, definition: TypeDefinition, directive: Directive) -> Iterator[Problem]:
        coordinate = definition.name
        if definition.kind is Kind.INTERFACE and self.subgraph.links.version < (2, 3):
            yield self._problem(
                "KEY_UNSUPPORTED_ON_INTERFACE",
                f'@key on the interface "{coordinate}" needs federation v2.3 or newer; link it.',
                coordinate,
            )
        parsed = self._parsed(coordinate, coordinate, directive)
        if isinstance(parsed, Problem):
            yield parsed
            return
        yield from self._check_arguments(coordinate, coordinate, directive, parsed)
        for owner, field, _ in walk_fields(parsed, definition.name, self.definitions):
            target = self.definitions.types.get(field.type.name)
            if target is not None and target.kind.is_abstract:
                inner = f"{owner}.{field.name}"
                yield self._problem(
                    "KEY_FIELDS_SELECT_INVALID_TYPE",
                    f'The key of "{coordinate}" uses "{inner}", which is of the {target.kind} '
                    f'"{target.name}". A key consists of scalars, enums and objects.',
                    coordinate,
                    inner,
                )

    def check_requires(
        self, definition: TypeDefinition, field: Field, directive: Directive
    ) -> Iterator[Problem]:
        coordinate = f"{definition.name}.{field.name}"
        yield from self._check_place(definition, coordinate, directive)
        parsed = self._parsed(coordinate, definition.name, directive)
        if isinstance(parsed, Problem):
            yield parsed
        else:
            yield from self._check_external(coordinate, definition.name, directive, parsed)

    def check_provides(
        self, definition: TypeDefinition, field: Field, directive: Directive
    ) -> Iterator[Problem]:
        coordinate = f"{definition.name}.{field.name}"
        yield from self._check_place(definition, coordinate, directive)
        target = self.definitions.types.get(field.type.name)
        if target is None or not target.kind.is_composite:
            yield self._problem(
                "PROVIDES_ON_NON_OBJECT_FIELD",
                f'@provides on "{coordinate}" has no effect, since "{field.type.name}" has no '
                "fields. Remove it.",
                coordinate,
            )
            return
        parsed = self._parsed(coordinate, target.name, directive)
        if isinstance(parsed, Problem):
            yield parsed
            return
        yield from self._check_arguments(coordinate, target.name, directive, parsed)
        yield from self._check_external(coordinate, target.name, directive, parsed)

    def _check_place(
        self, definition: TypeDefinition, coordinate: str, directive: Directive
    ) -> Iterator[Problem]:
        if definition.kind is Kind.INTERFACE:
            yield self._problem(
                f"{directive.name.upper()}_UNSUPPORTED_ON_INTERFACE",
                f'@{directive.name} cannot be put on "{coordinate}", a field of an interface. Put '
                "it on the field of each implementing type.",
                coordinate,
            )

    def _parsed(
        self, coordinate: str, target: str, directive: Directive
    ) -> SelectionSetNode | Problem:
        code = directive.name.upper()
        where = f'@{directive.name} on "{coordinate}"'
        text = field_set_text(directive)
        is_string = isinstance(directive.arguments.get("fields"), StringValueNode)
        if text is None or not (is_string or self.subgraph.is_federation_1):
            return self._problem(
                f"{code}_INVALID_FIELDS_TYPE",
                f'{where} needs a string as its argument "fields".',
                coordinate,
            )
        try:
            node = parse_selection_set(text)
        except InvalidFieldSetError as error:
            suffix, reason = "INVALID_FIELDS", str(error)
        else:
            found = check_selection(node, target, self.schema)
            if found is None:
                return node
            suffix, reason = found
        return self._problem(
            f"{code}_{suffix}",
            f'The fields "{text}" of {where} cannot be used: {sentence(reason)} Correct them.',
            coordinate,
        )

    def _check_arguments(
        self, coordinate: str, target: str, directive: Directive, node: SelectionSetNode
    ) -> Iterator[Problem]:
        for owner, field, _ in walk_fields(node, target, self.definitions):
            if field.arguments:
                inner = f"{owner}.{field.name}"
                yield self._problem(
                    f"{directive.name.upper()}_FIELDS_HAS_ARGS",
                    f'@{directive.name} on "{coordinate}" uses "{inner}", which takes arguments. '
                    "Use a field without arguments.",
                    coordinate,
                    inner,
                )

    def _check_external(
        self, coordinate: str, target: str, directive: Directive, node: SelectionSetNode
    ) -> Iterator[Problem]:
        if self.subgraph.is_federation_1:
            return
        for name in self._local_leaves(node, target, under_external=False):
            yield self._problem(
                f"{directive.name.upper()}_FIELDS_MISSING_EXTERNAL",
                f'@{directive.name} on "{coordinate}" names "{name}", which this subgraph '
                f'resolves itself. Mark "{name}" @external, or leave it out.',
                coordinate,
                name,
            )

    def _local_leaves(
        self, node: SelectionSetNode, parent: str, *, under_external: bool
    ) -> Iterator[str]:
        for selection in node.selections:
            if isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                yield from self._local_leaves(
                    selection.selection_set,
                    condition.name.value if condition else parent,
                    under_external=under_external,
                )
            elif isinstance(selection, FieldNode):
                field = self.definitions.field(parent, selection.name.value)
                if field is None:
                    continue
                external = under_external or self._is_external(parent, field)
                if selection.selection_set is not None:
                    yield from self._local_leaves(
                        selection.selection_set, field.type.name, under_external=external
                    )
                elif not external:
                    yield f"{parent}.{field.name}"

    def _is_external(self, parent: str, field: Field) -> bool:
        marked = self.roles.external | self.roles.reference_only
        owners = {parent} | set(self.definitions.possible_types(parent))
        return any((owner, field.name) in marked for owner in owners)
