"""Compiles the shape of a response to Python functions that make the response of the data.

One function for each different object, list and abstract type. An example, for
`{ product { id name } }` where the id may not be null:

    def object0(item, run):
        if item.__class__ is not dict:
            return unfit(item, run)
        get = item.get
        v0 = get("id")
        if not (v0.__class__ is str):
            v0 = fit0(v0, run)
            if v0 is None:
                return broken(run)
        v1 = get("name")
        if v1 is not None and not (v1.__class__ is str):
            v1 = fit1(v1, run)
        return {"id": v0, "name": v1}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import orjson

from gateway.federation.execution.leaves import EXACT, INVALID, leaf_value
from gateway.federation.execution.shapes import (
    AbstractShape,
    LeafShape,
    ListShape,
    ObjectShape,
    ShapeField,
    all_hold,
)
from gateway.federation.execution.source import INDENT, compiled, function_text
from gateway.federation.operations.selection import Conditions

JsonObject = dict[str, object]


@dataclass(slots=True)
class ProjectionRun:
    """State while one response is made.

    `held` tells which conditions hold. `known` has, for each kind of shared object, what was
    made of it by its identity, and `again` makes of that what stands where the object appears
    for the second time and from then on. `flawed` is set when a null stands where none may be,
    or a value where another type should be.
    """

    held: tuple[bool, ...]
    known: tuple[dict[int, object], ...]
    again: Callable[[object], object]
    flawed: bool = False


@dataclass(frozen=True, slots=True)
class Projector:
    """Makes responses of one shape; `source` is what was compiled."""

    shape: ObjectShape
    source: str
    project: Callable[[object, ProjectionRun], JsonObject | None]
    conditions: tuple[Conditions, ...]
    shared: int

    def run(
        self, data: JsonObject, variables: Mapping[str, object], *, spliced: bool = False
    ) -> tuple[JsonObject | None, bool]:
        """The response's data, and whether something in it is not as the schema promises.

        With `spliced` it is only good for being encoded: what appears again is encoded already,
        once and for all its places.
        """
        run = ProjectionRun(
            tuple(all_hold(one, variables) for one in self.conditions),
            tuple({} for _ in range(self.shared)),
            _encoded if spliced else _itself,
        )
        return self.project(data, run), run.flawed


def compile_projector(shape: ObjectShape) -> Projector:
    """The functions for a shape."""
    writer = _Writer()
    name = writer.shape(shape)
    source = "\n\n\n".join(writer.functions)
    project = cast(
        "Callable[[object, ProjectionRun], JsonObject | None]",
        compiled(writer.functions, name, writer.names),
    )
    return Projector(shape, source, project, tuple(writer.conditions), writer.shared)


@dataclass(slots=True)
class _Writer:
    """Writes the functions; equal ones are written once."""

    functions: list[str] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=lambda: {"unfit": _unfit, "broken": _broken})
    conditions: dict[Conditions, int] = field(default_factory=dict)
    shared: int = 0
    _written: dict[str, str] = field(default_factory=dict)
    _fits: dict[tuple[str | None, frozenset[str] | None], str] = field(default_factory=dict)
    _done: dict[int, str] = field(default_factory=dict)

    def shape(self, shape: ObjectShape | AbstractShape | ListShape) -> str:
        """The name of the function for a shape."""
        name = self._done.get(id(shape))
        if name is None:
            if isinstance(shape, ObjectShape):
                name = self._function("object", self._object(shape))
            elif isinstance(shape, ListShape):
                name = self._function("list", self._list(shape))
            else:
                name = self._function("abstract", self._abstract(shape))
            self._done[id(shape)] = name
        return name

    def _function(self, kind: str, lines: Iterator[str]) -> str:
        body = [*lines]
        text = "\n".join(body)
        name = self._written.get(text)
        if name is None:
            name = self._written[text] = f"{kind}{len(self._written)}"
            self.functions.append(function_text(f"{name}(item, run)", body))
        return name

    def _object(self, shape: ObjectShape) -> Iterator[str]:
        yield "if item.__class__ is not dict:"
        yield INDENT + "return unfit(item, run)"
        if shape.shared:
            yield f"known = run.known[{self.shared}]"
            self.shared += 1
            yield "result = known.get(id(item))"
            yield "if result is not None:"
            yield INDENT + "if result.__class__ is dict:"
            yield INDENT * 2 + "result = known[id(item)] = run.again(result)"
            yield INDENT + "return result"
        yield "get = item.get"
        if any(one.conditions for one in shape.fields):
            yield from self._conditional_fields(shape)
        else:
            entries: list[str] = []
            for number, one in enumerate(shape.fields):
                yield from self._value(one, f"v{number}")
                entries.append(f"{one.key!r}: v{number}")
            yield f"result = {{{', '.join(entries)}}}"
        if shape.shared:
            yield "known[id(item)] = result"
        yield "return result"

    def _conditional_fields(self, shape: ObjectShape) -> Iterator[str]:
        yield "result = {}"
        before: set[str] = set()
        for number, one in enumerate(shape.fields):
            tests: list[str] = []
            if one.conditions:
                tests.append(self._held(one.conditions))
            if one.key in before:
                tests.append(f"{one.key!r} not in result")
            before.add(one.key)
            lines = [*self._value(one, f"v{number}"), f"result[{one.key!r}] = v{number}"]
            if tests:
                yield f"if {' and '.join(tests)}:"
                lines = [INDENT + line for line in lines]
            yield from lines

    def _value(self, one: ShapeField, name: str) -> Iterator[str]:
        """Lines that put the value of a field into a variable."""
        if one.typename is not None:
            yield f"{name} = {one.typename!r}"
            return
        yield f"{name} = get({one.data_key!r})"
        for key in one.other_keys:
            yield f"if {name} is None:"
            yield f"{INDENT}{name} = get({key!r})"
        shape = one.shape
        if not isinstance(shape, LeafShape):
            yield f"{name} = {self.shape(shape)}({name}, run)"
        elif (exact := self._exact(shape)) is not None:
            # Where null is not allowed, it is found by the same test as a value of a wrong type.
            test = f"not ({exact.format(name)})"
            yield f"if {test if one.non_null else f'{name} is not None and {test}'}:"
            yield f"{INDENT}{name} = {self._fit(shape)}({name}, run)"
            if one.non_null:
                yield f"{INDENT}if {name} is None:"
                yield f"{INDENT * 2}return broken(run)"
            return
        if one.non_null:
            yield f"if {name} is None:"
            yield f"{INDENT}return broken(run)"

    def _list(self, shape: ListShape) -> Iterator[str]:
        yield "if item.__class__ is not list:"
        yield INDENT + "return unfit(item, run)"
        inner = shape.item
        if not isinstance(inner, LeafShape):
            yield f"result = [{self.shape(inner)}(one, run) for one in item]"
        else:
            yield "result = item"
            exact = self._exact(inner)
            if exact is not None:
                test = f"not ({exact.format('one')})"
                yield "for one in item:"
                yield f"{INDENT}if one is not None and {test}:"
                yield f"{INDENT * 2}result = [{self._fit(inner)}(one, run) for one in item]"
                yield f"{INDENT * 2}break"
        if shape.item_non_null:
            yield "if None in result:"
            yield INDENT + "return broken(run)"
        yield "return result"

    def _abstract(self, shape: AbstractShape) -> Iterator[str]:
        table = ", ".join(f"{name!r}: {self.shape(one)}" for name, one in shape.by_type.items())
        default = self.shape(shape.default)
        if shape.typed_if:
            typed = " or ".join(self._held(one) for one in shape.typed_if)
            default = f"(None if {typed} else {default})"
        yield "if item.__class__ is not dict:"
        yield INDENT + "return unfit(item, run)"
        yield "name = item.get('__typename')"
        yield f"made = {self._table(table)}.get(name) if name.__class__ is str else {default}"
        yield "return None if made is None else made(item, run)"

    def _held(self, conditions: Conditions) -> str:
        """The expression that tells whether the conditions hold."""
        if not conditions:
            return "True"
        index = self.conditions.setdefault(conditions, len(self.conditions))
        return f"run.held[{index}]"

    def _table(self, entries: str) -> str:
        """The name of a table of functions."""
        name = self._written.get(entries)
        if name is None:
            name = self._written[entries] = f"table{len(self._written)}"
            self.functions.append(f"{name} = {{{entries}}}")
        return name

    def _exact(self, shape: LeafShape) -> str | None:
        if shape.allowed is not None:
            return f"{{0}}.__class__ is str and {{0}} in {self._fit(shape)}_values"
        return None if shape.scalar is None else EXACT[shape.scalar]

    def _fit(self, shape: LeafShape) -> str:
        """The name of the function for values that are not exact."""
        memo = (shape.scalar, shape.allowed)
        name = self._fits.get(memo)
        if name is None:
            name = self._fits[memo] = f"fit{len(self._fits)}"
            self.names[name] = _fit(shape)
            self.names[f"{name}_values"] = shape.allowed
        return name


def _itself(result: object) -> object:
    return result


def _encoded(result: object) -> object:
    return orjson.Fragment(orjson.dumps(result))


def _unfit(value: object, run: ProjectionRun) -> None:
    """Null for null, and for what should be an object or a list but is not."""
    if value is not None:
        run.flawed = True


def _broken(run: ProjectionRun) -> None:
    """Null instead of something that has a null where none may be."""
    run.flawed = True


def _fit(shape: LeafShape) -> Callable[[object, ProjectionRun], object]:
    def fit(value: object, run: ProjectionRun) -> object:
        result = leaf_value(shape, value)
        if result is INVALID:
            run.flawed = True
            return None
        return result

    return fit
