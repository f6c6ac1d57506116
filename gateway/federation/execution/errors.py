"""Errors of a response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

GraphQLErrorDict = dict[str, object]
Locate = Callable[[list[str | int]], list[list[str | int]]]


class SubgraphAnswerError(Exception):
    """A subgraph answered with something that is no GraphQL response."""


def subgraph_errors(
    errors: Iterable[object], subgraph: str, locate: Locate
) -> list[GraphQLErrorDict]:
    """A subgraph's errors with the paths that the client knows; once for each place."""
    result: list[GraphQLErrorDict] = []
    for error in errors:
        if not isinstance(error, dict):
            continue
        given = error.get("extensions")
        extensions = dict(given) if isinstance(given, dict) else {}
        extensions.setdefault("code", "DOWNSTREAM_SERVICE_ERROR")
        extensions["service"] = subgraph
        formatted: GraphQLErrorDict = {"message": str(error.get("message", "unknown error"))}
        path = error.get("path")
        places = locate(path) if isinstance(path, list) else [[]]
        for place in places:
            located = dict(formatted)
            if place:
                located["path"] = place
            located["extensions"] = extensions
            result.append(located)
    return result


def unreachable_error(subgraph: str, path: list[str | int], error: Exception) -> GraphQLErrorDict:
    """The error for fields of a subgraph that did not answer; its cause stays in the log."""
    invalid = isinstance(error, SubgraphAnswerError | ValueError)
    formatted: GraphQLErrorDict = {
        "message": (
            f'The service "{subgraph}" sent an answer that could not be read.'
            if invalid
            else f'The service "{subgraph}" did not answer. Try again in a moment.'
        )
    }
    if path:
        formatted["path"] = path
    formatted["extensions"] = {
        "code": "SUBREQUEST_MALFORMED_RESPONSE" if invalid else "SUBREQUEST_FAILED",
        "service": subgraph,
    }
    return formatted


def null_errors(
    violations: Iterable[list[str | int]], errors: Sequence[GraphQLErrorDict]
) -> list[GraphQLErrorDict]:
    """Errors for nulls where none may be, unless another error already tells of the place."""
    told = [path for error in errors if isinstance(path := error.get("path"), list)]
    result: list[GraphQLErrorDict] = []
    for violation in violations:
        if any(_on_one_way(path, violation) for path in told):
            continue
        result.append(
            {
                "message": f"Cannot return null for the non-nullable field {violation[-1]}.",
                "path": violation,
                "extensions": {"code": "NULL_FOR_NON_NULL"},
            }
        )
    return result


def _on_one_way(one: Sequence[object], other: Sequence[object]) -> bool:
    """Is one path a part of the other? Paths without indices match every item."""
    shown = [step for step in one if not isinstance(step, int)]
    named = [step for step in other if not isinstance(step, int)]
    shorter = min(len(shown), len(named))
    return shown[:shorter] == named[:shorter]
