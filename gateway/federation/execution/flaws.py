"""Finds what is wrong with data that could not be made a response as the schema promises it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.federation.execution.leaves import INVALID, leaf_value
from gateway.federation.execution.shapes import (
    AbstractShape,
    LeafShape,
    ListShape,
    ObjectShape,
    Shape,
    all_hold,
)

Step = str | int


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place of the response, as the client names it.

    `is_null`: null stands where none may be; else there is a value of another type.
    """

    path: tuple[Step, ...]
    is_null: bool

    @property
    def field(self) -> str:
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def flaws(
    shape: ObjectShape, data: dict[str, object], variables: Mapping[str, object], most: int
) -> list[Flaw]:
    """The flaws of a response, in order; at most as many as wanted.

    A null that only follows from a flaw further down is none of its own.
    """
    search = _Search(variables, most)
    search.is_null(shape, data, ())
    return search.found


@dataclass(slots=True)
class _Search:
    variables: Mapping[str, object]
    most: int
    found: list[Flaw] = field(default_factory=list)

    def is_null(self, shape: Shape, value: object, path: tuple[Step, ...]) -> bool:
        """Does the value become null? Notes the flaws within it."""
        if value is None or len(self.found) >= self.most:
            return value is None
        if isinstance(shape, LeafShape):
            if leaf_value(shape, value) is not INVALID:
                return False
        elif isinstance(shape, ListShape):
            if isinstance(value, list):
                return self._any_lost(
                    (shape.item, item, shape.item_non_null, (*path, index))
                    for index, item in enumerate(value)
                )
        elif isinstance(value, dict):
            return self._is_null_object(shape, value, path)
        self.found.append(Flaw(path, is_null=False))
        return True

    def _is_null_object(
        self, shape: ObjectShape | AbstractShape, value: dict[str, object], path: tuple[Step, ...]
    ) -> bool:
        known = shape.shape_of(value, self.variables) if isinstance(shape, AbstractShape) else shape
        if known is None:
            return True
        taken: dict[str, tuple[Shape, object, bool, tuple[Step, ...]]] = {}
        for one in known.fields:
            if one.typename is None and all_hold(one.conditions, self.variables):
                place = (one.shape, one.value_in(value), one.non_null, (*path, one.key))
                taken.setdefault(one.key, place)
        return self._any_lost(iter(taken.values()))

    def _any_lost(self, places: Iterator[tuple[Shape, object, bool, tuple[Step, ...]]]) -> bool:
        """Is one of the values null and may not be?"""
        lost = False
        for shape, value, non_null, path in places:
            before = len(self.found)
            if self.is_null(shape, value, path) and non_null:
                lost = True
                if len(self.found) == before < self.most:
                    self.found.append(Flaw(path, is_null=True))
        return lost
