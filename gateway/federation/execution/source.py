"""Python source that is generated for an operation, and compiled.

Names of the operation and the schema get into it as string literals only (`repr`), so that no
text of a client is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType

INDENT = "    "


def indented(lines: Iterable[str]) -> Iterator[str]:
    """The lines one level deeper."""
    return (INDENT + line for line in lines)


def function_text(head: str, lines: Iterable[str]) -> str:
    """A function from its head, such as `walk(data)`, and the lines of its body."""
    return "\n".join([f"def {head}:", *indented(lines)])


def compiled(source: str, name: str, names: Mapping[str, object]) -> Callable[..., object]:
    """The function of that name in the source, which may use the names given."""
    scope = dict(names)
    exec(_code(source), scope)  # noqa: S102
    function = scope[name]
    if not callable(function):
        raise TypeError(f"{name} is no function")
    return function


@lru_cache(maxsize=2_000)
def _code(source: str) -> CodeType:
    # Many operations walk the same paths and send the same keys.
    return compile(source, "<operation>", "exec")
