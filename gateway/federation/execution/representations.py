"""Compiles the templates of a fetch to a Python function that makes representations.

For products by their `upc`, for a field that requires the price and where the dimensions have
been asked for on a condition:

    def make(item, held):
        v0 = item.get("upc")
        if v0 is None:
            raise IncompleteError
        v1 = item.get("price", ABSENT)
        if v1 is ABSENT:
            raise IncompleteError
        result = {"__typename": "Product", "upc": v0, "price": v1}
        if held[0]:
            v2 = item.get("dimensions", ABSENT)
            if v2 is ABSENT:
                raise IncompleteError
            result["dimensions"] = nested0(v2, held)
        return result
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.shapes import holds
from gateway.federation.execution.source import compiled, function_text, indented
from gateway.federation.operations.selection import Conditions
from gateway.federation.planning.fetch import RepresentationField, Template

ABSENT: Final = object()
"""Stands for a field that was not answered, as null was."""


class IncompleteError(Exception):
    """The object lacks a part of its key, or of what the fetch requires."""


@dataclass(frozen=True, slots=True)
class RepresentationMaker:
    """Makes representations with the templates of a fetch; `source` is what was compiled."""

    source: str
    make: Callable[[JsonObject, tuple[bool, ...]], JsonObject | None]
    """The representation of an object: None for an object of another type, and for one of which
    no field was to be asked. Raises IncompleteError."""
    conditions: tuple[tuple[Conditions, ...], ...]

    def held(self, variables: Mapping[str, object]) -> tuple[bool, ...]:
        """Which of the conditions hold."""
        return tuple(holds(one, variables) for one in self.conditions)


def compile_maker(templates: Mapping[str | None, Template]) -> RepresentationMaker:
    """The maker for templates by object type, None for any."""
    writer = _Writer()
    make = function_text("make(item, held)", writer.templates(templates))
    functions = [*writer.functions, make]
    names = {"ABSENT": ABSENT, "IncompleteError": IncompleteError}
    function = cast(
        "Callable[[JsonObject, tuple[bool, ...]], JsonObject | None]",
        compiled(functions, "make", names),
    )
    return RepresentationMaker("\n\n\n".join(functions), function, tuple(writer.conditions))


@dataclass(slots=True)
class _Writer:
    functions: list[str] = field(default_factory=list)
    conditions: dict[tuple[Conditions, ...], int] = field(default_factory=dict)

    def templates(self, templates: Mapping[str | None, Template]) -> Iterator[str]:
        if any(name is not None for name in templates):
            yield "name = item.get('__typename')"
        for name, template in templates.items():
            if name is not None:
                yield f"if name == {name!r}:"
                yield from indented(self._template(template))
        if None in templates:
            yield from self._template(templates[None])
        else:
            yield "return None"

    def _template(self, template: Template) -> Iterator[str]:
        fields = [*template.fields.values()]
        yield from self._object(fields, [f"'__typename': {template.typename!r}"])
        if all(one.conditions for one in fields):
            # Where all selections of a type are skipped, its key was not fetched either.
            yield "if len(result) == 1:"
            yield from indented(["return None"])
        yield "return result"

    def _object(
        self, fields: Iterable[RepresentationField], entries: Iterable[str]
    ) -> Iterator[str]:
        """Lines that make the result of the fields of `item`."""
        entries, later = [*entries], list[tuple[str, list[str]]]()
        for number, one in enumerate(fields):
            lines = [*self._value(one, f"v{number}")]
            if one.conditions:
                lines.append(f"result[{one.name!r}] = v{number}")
                index = self.conditions.setdefault(one.conditions, len(self.conditions))
                later.append((f"if held[{index}]:", lines))
            else:
                yield from lines
                entries.append(f"{one.name!r}: v{number}")
        yield f"result = {{{', '.join(entries)}}}"
        for condition, lines in later:
            yield condition
            yield from indented(lines)

    def _value(self, one: RepresentationField, name: str) -> Iterator[str]:
        """Lines that put the value of a field into a variable."""
        if one.in_key and not one.nullable:
            yield f"{name} = item.get({one.key!r})"
            yield f"if {name} is None:"
        else:
            yield f"{name} = item.get({one.key!r}, ABSENT)"
            yield f"if {name} is ABSENT:"
        yield from indented(["raise IncompleteError"])
        if one.shapes is not None:
            yield f"{name} = {self._nested(one.shapes)}({name}, held)"

    def _nested(self, shapes: Mapping[str | None, tuple[RepresentationField, ...]]) -> str:
        """The name of the function for the objects within a field."""
        inner = [*self._shapes(shapes)]
        name = f"nested{len(self.functions)}"
        lines = [
            "if item.__class__ is list:",
            *indented([f"return [{name}(one, held) for one in item]"]),
            "if item.__class__ is not dict:",
            *indented(["return None"]),
            *inner,
        ]
        self.functions.append(function_text(f"{name}(item, held)", lines))
        return name

    def _shapes(
        self, shapes: Mapping[str | None, tuple[RepresentationField, ...]]
    ) -> Iterator[str]:
        if any(name is not None for name in shapes):
            yield "name = item.get('__typename')"
        for name, fields in shapes.items():
            if name is not None:
                yield f"if name == {name!r}:"
                lines = [*self._object(fields, [f"'__typename': {name!r}"]), "return result"]
                yield from indented(lines)
        yield from self._object(shapes.get(None, ()), ())
        yield "return result"
