"""Rules for `@context` and `@fromContext` within one subgraph."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import FieldNode, GraphQLSchema, InlineFragmentNode, SelectionSetNode

from gateway.federation.composition.contexts import (
    ContextValue,
    context_name,
    context_selection,
    context_types,
    object_types,
    read_context_value,
)
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.composition.validation.selection_rules import check_selection
from gateway.federation.errors import Problem, sentence
from gateway.federation.supergraph.definitions import (
    Directive,
    Field,
    InputValue,
    Kind,
    TypeDefinition,
)
from gateway.federation.supergraph.type_ref import TypeRef


def check_contexts(subgraph: ParsedSubgraph, schema: GraphQLSchema) -> Iterator[Problem]:
    """Contexts are named well, and what is taken from them is there and fits."""
    for definition in subgraph.definitions.types.values():
        for directive in definition.applied("context"):
            yield from _check_name(subgraph, definition, context_name(directive) or "")
        for field in definition.fields.values():
            for argument in field.arguments.values():
                for directive in argument.applied("fromContext"):
                    use = _ContextUse(subgraph, schema, definition, field, argument)
                    yield from use.check(directive)


def _check_name(
    subgraph: ParsedSubgraph, definition: TypeDefinition, name: str
) -> Iterator[Problem]:
    if not (name.isascii() and name.isalnum() and not name[0].isdigit()):
        yield Problem(
            "CONTEXT_NAME_INVALID",
            f'The context "{name}" of "{definition.name}" must be named with letters and digits '
            "only, a letter first.",
            (definition.name,),
            (subgraph.name,),
        )


class _ContextUse:
    def __init__(
        self,
        subgraph: ParsedSubgraph,
        schema: GraphQLSchema,
        definition: TypeDefinition,
        field: Field,
        argument: InputValue,
    ) -> None:
        self.subgraph = subgraph
        self.definitions = subgraph.definitions
        self.schema = schema
        self.definition = definition
        self.field = field
        self.argument = argument
        self.coordinate = f"{definition.name}.{field.name}({argument.name}:)"

    def _problem(self, code: str, message: str) -> Problem:
        return Problem(code, message, (self.coordinate,), (self.subgraph.name,))

    def check(self, directive: Directive) -> Iterator[Problem]:
        place = self._place_problem()
        if place is not None:
            yield self._problem("CONTEXT_NOT_SET", place)
            return
        if self.argument.default is not None:
            yield self._problem(
                "CONTEXT_NOT_SET",
                f'"{self.coordinate}" is filled by @fromContext, so its default is never used. '
                "Remove the default.",
            )
        value = read_context_value(directive)
        if value is None:
            yield self._problem(
                "NO_CONTEXT_IN_SELECTION",
                f'@fromContext on "{self.coordinate}" must name a context and select a field, as '
                'in "$context { field }".',
            )
        elif not context_types(self.definitions, value.context):
            yield self._problem(
                "CONTEXT_NOT_SET",
                f'"{self.coordinate}" takes from the context "{value.context}", which no type of '
                "this subgraph sets. Put @context on a type.",
            )
        else:
            reason = self._selection_problem(value)
            if reason is not None:
                yield self._problem(
                    "CONTEXT_INVALID_SELECTION",
                    f'@fromContext on "{self.coordinate}" cannot be used: {sentence(reason)} '
                    "Correct the selection.",
                )
        if not self._has_resolvable_key():
            yield self._problem(
                "CONTEXT_NO_RESOLVABLE_KEY",
                f'"{self.definition.name}" needs a resolvable @key, since '
                f'"{self.coordinate}" takes its value from a context. Add one.',
            )

    def _place_problem(self) -> str | None:
        if self.definition.kind is not Kind.OBJECT:
            return (
                f'"{self.coordinate}" is on an interface; @fromContext goes on fields of objects. '
                "Move it to the implementations."
            )
        for name in self.definition.interfaces:
            if self.definitions.field(name, self.field.name):
                return (
                    f'"{self.coordinate}" implements "{name}.{self.field.name}", which is not '
                    "possible with @fromContext. Give the field another name."
                )
        return None

    def _has_resolvable_key(self) -> bool:
        return any(
            getattr(item.arguments.get("resolvable"), "value", True)
            for item in self.definition.applied("key")
        )

    def _selection_problem(self, value: ContextValue) -> str | None:
        node = context_selection(value)
        if node is None:
            return "it does not parse"
        has_conditions = isinstance(node.selections[0], InlineFragmentNode)
        for name in object_types(self.definitions, value.context):
            inner = _for_type(node, name) if has_conditions else node
            if inner is None:
                return f'nothing is selected of "{name}", which sets the context, too'
            found = check_selection(inner, name, self.schema)
            if found is not None:
                return found[1]
            reason = self._value_problem(inner, name)
            if reason is not None:
                return reason
        return None

    def _value_problem(self, node: SelectionSetNode, parent: str) -> str | None:
        wrapping, selected = "", TypeRef(parent)
        while True:
            if len(node.selections) != 1 or not isinstance(node.selections[0], FieldNode):
                return "it must select one field"
            selection = node.selections[0]
            field = self.definitions.field(selected.name, selection.name.value)
            if field is None:
                return f'"{selection.name.value}" is not a field of "{selected.name}"'
            selected = field.type
            wrapping += selected.wrapping
            if selection.selection_set is None:
                break
            node = selection.selection_set
        wanted = self.argument.type
        if wanted.is_non_null:
            return f'the value may be missing, but "{self.coordinate}" is required'
        same = TypeRef(selected.name, wrapping).list_depth == wanted.list_depth
        if selected.name != wanted.name or not same:
            return f'it gives "{selected}", but "{self.coordinate}" is "{wanted}"'
        return None


def _for_type(node: SelectionSetNode, name: str) -> SelectionSetNode | None:
    for selection in node.selections:
        condition = selection.type_condition if isinstance(selection, InlineFragmentNode) else None
        if condition is not None and condition.name.value == name:
            return getattr(selection, "selection_set", None)
    return None
