"""Errors of a response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import orjson

from gateway.federation.execution.flaws import Flaw

GraphQLErrorDict = dict[str, object]
Locate = Callable[[list[object]], Iterable[list[str | int]]]

MOST_ERRORS = 1_000
"""As many errors of one fetch are passed on. One that is about an entity stands at each of its
places, so a small answer of a subgraph could become a huge one."""

TOO_DEEP: GraphQLErrorDict = {
    "message": "A value in the response is nested too deeply to be sent. Ask for less of it.",
    "extensions": {"code": "RESPONSE_TOO_DEEP"},
}
"""The error in place of data that cannot be written: a subgraph's own scalar may be any JSON."""


class SubgraphAnswerError(Exception):
    """A subgraph answered with something that is no GraphQL response."""


def subgraph_errors(
    errors: Iterable[object], subgraph: str, locate: Locate
) -> list[GraphQLErrorDict]:
    """A subgraph's errors with the paths that the client knows; once for each place.

    After MOST_ERRORS one more says that the others are left out.
    """
    result: list[GraphQLErrorDict] = []
    for told in errors:
        error = told if isinstance(told, dict) else {"message": told}
        formatted: GraphQLErrorDict = {"message": _message(error)}
        extensions = _extensions(error, subgraph)
        path = error.get("path")
        for place in locate(path) if isinstance(path, list) else ([],):
            if len(result) == MOST_ERRORS:
                result.append(_left_out(subgraph))
                return result
            located = dict(formatted)
            if place:
                located["path"] = place
            located["extensions"] = extensions
            result.append(located)
    return result


def _message(error: dict[str, object]) -> str:
    message = error.get("message")
    return str(message) if isinstance(message, str | int | float) else "unknown error"


def _extensions(error: dict[str, object], subgraph: str) -> dict[str, object]:
    given = error.get("extensions")
    extensions = dict(given) if isinstance(given, dict) else {}
    try:
        orjson.dumps(extensions)
    except orjson.JSONEncodeError:  # nested so deeply that nobody can write it
        extensions = {"code": code} if isinstance(code := extensions.get("code"), str) else {}
    extensions.setdefault("code", "DOWNSTREAM_SERVICE_ERROR")
    extensions["service"] = subgraph
    return extensions


def _left_out(subgraph: str) -> GraphQLErrorDict:
    return {
        "message": f'The service "{subgraph}" told more than {MOST_ERRORS} errors; the others are '
        "left out.",
        "extensions": {"code": "ERRORS_LEFT_OUT", "service": subgraph},
    }


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


def entities_error(subgraph: str, path: list[str | int]) -> GraphQLErrorDict:
    """The error for entities that were asked for and did not come, without a word of why."""
    return _about(
        f'The service "{subgraph}" did not answer for everything it was asked for.',
        "SUBREQUEST_MALFORMED_RESPONSE",
        path,
    )


def flaw_errors(
    flaws: Iterable[Flaw], errors: Sequence[GraphQLErrorDict]
) -> list[GraphQLErrorDict]:
    """Errors for flaws, but not for nulls that another error explains: one of the same place, of
    a place above or below, or of no place at all."""
    told = [path if isinstance(path := error.get("path"), list) else [] for error in errors]
    result: list[GraphQLErrorDict] = []
    for flaw in flaws:
        path = list(flaw.path)
        if not flaw.is_null:
            message = f'The value of "{flaw.field}" is not one of its type.'
            result.append(_about(message, "VALUE_OF_WRONG_TYPE", path))
        elif not any(_on_one_way(other, path) for other in told):
            message = f'Cannot return null for the non-nullable field "{flaw.field}".'
            result.append(_about(message, "NULL_FOR_NON_NULL", path))
    return result


def _about(message: str, code: str, path: list[str | int]) -> GraphQLErrorDict:
    located: GraphQLErrorDict = {"path": path} if path else {}
    return {"message": message, **located, "extensions": {"code": code}}


def _on_one_way(told: Sequence[object], place: Sequence[object]) -> bool:
    """Is one path a part of the other? A path without indices is meant for every item."""
    if not any(isinstance(step, int) for step in told):
        place = [step for step in place if not isinstance(step, int)]
    shorter = min(len(told), len(place))
    return list(told[:shorter]) == list(place[:shorter])
