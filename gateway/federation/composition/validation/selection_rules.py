"""Rules for selections that stand in arguments of directives."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    NamedTypeNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    validate,
)
from graphql.validation import (
    FieldsOnCorrectTypeRule,
    FragmentsOnCompositeTypesRule,
    KnownArgumentNamesRule,
    KnownTypeNamesRule,
    PossibleFragmentSpreadsRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
    UniqueArgumentNamesRule,
    ValuesOfCorrectTypeRule,
)

_RULES = (
    FieldsOnCorrectTypeRule,
    FragmentsOnCompositeTypesRule,
    KnownArgumentNamesRule,
    KnownTypeNamesRule,
    PossibleFragmentSpreadsRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
    UniqueArgumentNamesRule,
    ValuesOfCorrectTypeRule,
)


def check_selection(
    node: SelectionSetNode, type_name: str, schema: GraphQLSchema
) -> tuple[str, str] | None:
    """Why the selection cannot be used on the type: the end of an error code and a reason."""
    for selection in _selections(node):
        if selection.directives:
            return "DIRECTIVE_IN_FIELDS_ARG", "they hold a directive; remove it"
        if isinstance(selection, FieldNode) and selection.alias is not None:
            return "INVALID_FIELDS", f'"{selection.name.value}" has an alias; remove it'
        if isinstance(selection, FragmentSpreadNode):
            return "INVALID_FIELDS", "a named fragment is not possible here"
    fragment = FragmentDefinitionNode(
        name=NameNode(value="fields"),
        type_condition=NamedTypeNode(name=NameNode(value=type_name)),
        directives=(),
        variable_definitions=(),
        selection_set=node,
    )
    findings = validate(schema, DocumentNode(definitions=(fragment,)), _RULES)
    return ("INVALID_FIELDS", findings[0].message) if findings else None


def _selections(node: SelectionSetNode) -> Iterator[SelectionNode]:
    for selection in node.selections:
        yield selection
        inner = getattr(selection, "selection_set", None)
        if inner is not None:
            yield from _selections(inner)
