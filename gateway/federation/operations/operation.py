"""An operation, parsed, validated and normalised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    parse,
    print_ast,
    validate,
)
from graphql.validation.validate import ValidationAbortedError

from gateway.federation.errors import OperationError, RequestProblem
from gateway.federation.operations.limits import Limits, check_limits, check_text, too_many_tokens
from gateway.federation.operations.normalise import INTROSPECTION_FIELDS, Normaliser
from gateway.federation.operations.rules import rules_for
from gateway.federation.operations.selection import Applied, Selections
from gateway.federation.operations.visibility import (
    NOTHING,
    Requirements,
    VisibilityRules,
    VisibleSelections,
)
from gateway.federation.supergraph.definitions import ROOT_NAMES
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.type_ref import TypeRef

_MAX_VALIDATION_ERRORS = 20
_VARIABLE = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class VariableDefinition:
    name: str
    type: TypeRef
    default: ValueNode | None

    @property
    def declared_type(self) -> str:
        return f"{self.type}{'' if self.default is None else f' = {print_ast(self.default)}'}"


@dataclass(frozen=True, slots=True)
class OperationSyntax:
    """An operation as it was written, with the fragments of its document."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Operation:
    """A normalised operation. `introspection` is the part that the gateway answers itself."""

    kind: str
    name: str
    root_type: str
    selections: Selections
    variables: tuple[VariableDefinition, ...]
    introspection: DocumentNode | None
    requirements: Requirements = NOTHING
    """What callers must meet to see all of it."""
    syntax: OperationSyntax | None = None
    """Kept where the requirements decide what is planned."""
    incremental: bool = False
    """May the response come in parts, as `@defer` asks for?"""
    directives: tuple[Applied, ...] = ()
    """Directives of the subgraphs on the operation itself."""

    @property
    def variable_types(self) -> dict[str, str]:
        """What stands behind the colon where a variable is declared.

        The default belongs to it, since it lets a nullable variable stand where no null may.
        """
        return {item.name: item.declared_type for item in self.variables}


def read_operation(
    query: str,
    operation_name: str | None,
    supergraph: Supergraph,
    limits: Limits,
    rules: VisibilityRules | None = None,
    *,
    incremental: bool = False,
) -> Operation:
    """Parse, validate and normalise. Raises OperationError with everything that is wrong.

    `rules` are needed only where the schema requires something of callers. `incremental` is
    whether the response may come in parts, as `@defer` asks for.
    """
    check_text(query, limits)
    document = _parsed(query, limits)
    check_limits(document, limits)
    errors = validate(
        supergraph.api_schema, document, rules_for(query), max_errors=_MAX_VALIDATION_ERRORS
    )
    if any(isinstance(error, ValidationAbortedError) for error in errors) and len(errors) == 1:
        raise OperationError.single(
            "OPERATION_TOO_LARGE",
            "The operation is too complex to be checked. Select less at once.",
        )
    if errors:
        raise OperationError([_problem(error, "GRAPHQL_VALIDATION_FAILED") for error in errors])
    definition = _selected(document, operation_name)
    kind = definition.operation.value
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    root_type = ROOT_NAMES[kind]
    most = limits.fields * 2
    if rules is None:
        normaliser = Normaliser(supergraph.api, fragments, most)
    else:
        normaliser = VisibleSelections(supergraph.api, fragments, most, rules)
    normaliser.incremental = incremental
    selections = normaliser.selections(definition.selection_set, root_type)
    touched = normaliser.touched if isinstance(normaliser, VisibleSelections) else NOTHING
    return Operation(
        kind,
        definition.name.value if definition.name else "",
        root_type,
        selections,
        tuple(
            VariableDefinition(item.variable.name.value, TypeRef.of(item.type), item.default_value)
            for item in definition.variable_definitions or ()
        ),
        _introspection(definition, fragments),
        touched,
        OperationSyntax(definition, fragments) if touched else None,
        incremental,
        Applied.all_of(definition.directives),
    )


def _parsed(query: str, limits: Limits) -> DocumentNode:
    try:
        return parse(query, max_tokens=limits.tokens, allow_empty_selection_sets=False)
    except GraphQLError as error:
        if error.message.endswith("Parsing aborted."):
            raise too_many_tokens(limits) from error
        raise OperationError([_problem(error, "GRAPHQL_PARSE_FAILED")]) from error


def _problem(error: GraphQLError, code: str) -> RequestProblem:
    return RequestProblem(
        error.message,
        code,
        tuple((location.line, location.column) for location in error.locations or ()),
    )


def _selected(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if name is None:
        if len(operations) == 1:
            return operations[0]
        message = (
            "The document has no operation. Add a query or mutation."
            if not operations
            else "The document has several operations. Send the name of one as operationName."
        )
        raise OperationError.single("OPERATION_RESOLUTION_FAILURE", message)
    for operation in operations:
        if operation.name is not None and operation.name.value == name:
            return operation
    raise OperationError.single(
        "OPERATION_RESOLUTION_FAILURE",
        f'The document has no operation "{name}". Send one of its names as operationName.',
    )


def _introspection(
    definition: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> DocumentNode | None:
    """A document with only the introspection fields of the operation, or None without any."""
    if definition.operation is not OperationType.QUERY:
        return None
    fields = tuple(islice(_meta_fields(definition.selection_set.selections, fragments), 100))
    if not fields:
        return None
    names = {name for field in fields for name in _spread_names(field, fragments, set())}
    text = "\n".join(print_ast(node) for node in (*fields, *(fragments[name] for name in names)))
    variables = set(_VARIABLE.findall(text))
    operation = OperationDefinitionNode(
        operation=OperationType.QUERY,
        selection_set=SelectionSetNode(selections=fields),
        variable_definitions=tuple(
            item
            for item in definition.variable_definitions or ()
            if item.variable.name.value in variables
        ),
        directives=(),
    )
    return DocumentNode(definitions=(operation, *(fragments[name] for name in sorted(names))))


def _meta_fields(
    selections: Iterable[SelectionNode], fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            if selection.name.value in INTROSPECTION_FIELDS:
                yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _meta_fields(selection.selection_set.selections, fragments)
        elif isinstance(selection, FragmentSpreadNode):
            inner = fragments[selection.name.value].selection_set
            yield from _meta_fields(inner.selections, fragments)


def _spread_names(
    node: SelectionNode,
    fragments: dict[str, FragmentDefinitionNode],
    seen: set[str],
) -> set[str]:
    if isinstance(node, FragmentSpreadNode):
        name = node.name.value
        if name in seen:
            return seen
        seen.add(name)
        inner: SelectionSetNode | None = fragments[name].selection_set
    else:
        inner = getattr(node, "selection_set", None)
    for selection in inner.selections if inner else ():
        _spread_names(selection, fragments, seen)
    return seen
