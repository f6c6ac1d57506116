"""Replacing what the production code is made of, in a process of the rig alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_REPLACED: list[tuple[Any, str, Any]] = []
_INHERITED = object()


def replace(owner: Any, name: str, by: Any) -> None:
    """Let `owner`, a class or a module, have `by` under a name that it or its base has already.

    Raises LookupError when it has moved: a switch that switches nothing proves nothing.
    """
    if not hasattr(owner, name):
        raise LookupError(f"{owner} has no {name}: what the rig replaces has moved")
    _REPLACED.append((owner, name, vars(owner).get(name, _INHERITED)))
    setattr(owner, name, by)


@contextmanager
def put_back() -> Iterator[None]:
    """At the end of the block, everything is again what it was before any replacement."""
    try:
        yield
    finally:
        while _REPLACED:
            owner, name, before = _REPLACED.pop()
            if before is _INHERITED:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
