"""Python source that is generated for an operation, and compiled.

Names of the operation and the schema get into it as string literals only (`repr`), so that no
text of a client is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType

from gateway.federation.plan_cache import PlanCache

INDENT = "    "
Function = Callable[..., object]


def indented(lines: Iterable[str]) -> Iterator[str]:
    """The lines one level deeper."""
    return (INDENT + line for line in lines)


def function_text(head: str, lines: Iterable[str]) -> str:
    """A function from its head, such as `walk(data)`, and the lines of its body."""
    return "\n".join([f"def {head}:", *indented(lines)])


def compiled(functions: Iterable[str], name: str, names: Mapping[str, object]) -> Function:
    """The function of that name among the functions, which may use each other and the names.

    Each is compiled by itself: Python runs nothing else while it compiles, and a whole operation
    may be long.
    """
    scope = dict(names)
    for text in functions:
        exec(_code(text), scope)  # noqa: S102
    function = scope[name]
    if not callable(function):
        raise TypeError(f"{name} is no function")
    return function


# Many operations walk the same paths and send the same keys. Code takes several times what its
# source takes.
_CODES: PlanCache[str, CodeType] = PlanCache(entries=2_000, weight=32 * 1024 * 1024)
_WEIGHT_OF_CHARACTER = 6


def _code(source: str) -> CodeType:
    code = _CODES.get(source)
    if code is None:
        code = compile(source, "<operation>", "exec")
        _CODES.put(source, code, len(source) * _WEIGHT_OF_CHARACTER)
    return code
