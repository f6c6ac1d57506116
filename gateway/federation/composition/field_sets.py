"""The `fields:` arguments of `@key`, `@requires` and `@provides`."""

from __future__ import annotations

from graphql import (
    EnumValueNode,
    GraphQLSyntaxError,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    parse,
)

from gateway.federation.operations.normalise import Normaliser, TypeSystem, UnknownFieldError
from gateway.federation.supergraph.definitions import Directive
from gateway.federation.supergraph.join import FieldSet


class InvalidFieldSetError(Exception):
    """The text is not a selection set on the type; the message says why."""


def field_set_text(directive: Directive) -> str | None:
    """The text of the `fields` argument; None when there is none.

    Federation 1 libraries also print a list of strings, which means the same as joined, or a
    name without quotes.
    """
    return _text(directive.arguments.get("fields"))


def _text(value: ValueNode | None) -> str | None:
    if isinstance(value, StringValueNode | EnumValueNode):
        return value.value
    if isinstance(value, ListValueNode):
        parts = [_text(item) for item in value.values]
        return " ".join(part for part in parts if part is not None) if all(parts) else None
    return None


def parse_selection_set(text: str) -> SelectionSetNode:
    """The syntax tree of a field set; the outer braces may be missing."""
    stripped = text.strip()
    if not stripped:
        raise InvalidFieldSetError("it is empty")
    source = stripped if stripped.startswith("{") else f"{{ {stripped} }}"
    try:
        document = parse(source, no_location=True)
    except GraphQLSyntaxError as error:
        raise InvalidFieldSetError(f"it is not a selection set ({error.message})") from error
    operation = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(operation, OperationDefinitionNode):
        raise InvalidFieldSetError("it is not a selection set")
    return operation.selection_set


def read_field_set(text: str, type_name: str, system: TypeSystem) -> FieldSet:
    """The normalised field set. Raises InvalidFieldSetError for what the type lacks."""
    try:
        selections = Normaliser(system).selections(parse_selection_set(text), type_name)
    except UnknownFieldError as error:
        raise InvalidFieldSetError(str(error)) from error
    return FieldSet(text.strip(), selections)
