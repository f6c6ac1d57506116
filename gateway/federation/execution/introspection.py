"""Answers `__schema` and `__type` from the API schema."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute_sync

from gateway.federation.execution.errors import GraphQLErrorDict


def introspect(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, object]
) -> tuple[dict[str, object], list[GraphQLErrorDict]]:
    """The data of the introspection fields of an operation, with errors if any."""
    result = execute_sync(schema, document, variable_values=dict(variables))
    if not isinstance(result, ExecutionResult):
        raise TypeError("introspection is never incremental")
    errors: list[GraphQLErrorDict] = [
        {"message": error.message, "extensions": {"code": "INTROSPECTION_FAILED"}}
        for error in result.errors or ()
    ]
    return dict(result.data or {}), errors
