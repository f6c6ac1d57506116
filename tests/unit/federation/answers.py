"""Compares two GraphQL responses: data, order, and where errors made nulls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def problems(actual: Any, expected: Any, lenient: Any) -> Iterator[str]:
    """Why the actual response is not as good as the expected one.

    Where several errors make the same null, one of them is enough. `lenient` is the response
    of a schema where everything may be null: it knows every error that there can be.
    """
    data = actual.get("data")
    if data != expected.get("data"):
        yield f"got      {data}\nexpected {expected.get('data')}\nerrors   {actual.get('errors')}"
        return
    if list(_keys(data)) != list(_keys(expected.get("data"))):
        yield f"the order of {data} is not that of {expected.get('data')}"
    wanted = {_null_on(data, _path(error)) for error in expected.get("errors", ())}
    errors = actual.get("errors", ())
    told = {_null_on(data, _path(error)) for error in errors}
    if wanted != told:
        yield f"nulls with errors: got {told}, expected {wanted}\nerrors {actual.get('errors')}"
    possible = {_path(error) for error in lenient.get("errors", ())}
    for error in errors:
        path = _path(error)
        # Where an error nulls the surroundings, other fields there are missing, too.
        is_null = "non-null" in error["message"] and (
            _null_on(lenient.get("data"), path) == path or _null_on(data, path) in wanted
        )
        if path not in possible and not is_null:
            yield f"no error is expected at {path}: {error}"


def _path(error: Any) -> Path:
    return tuple(error.get("path") or ())


def _null_on(data: Any, path: Path) -> Path | None:
    """The place of the null that an error at the path has made; None when there is none."""
    for length in range(len(path) + 1):
        try:
            value = _at(data, path[:length])
        except (KeyError, IndexError, TypeError):
            return None
        if value is None:
            return path[:length]
    return None


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
