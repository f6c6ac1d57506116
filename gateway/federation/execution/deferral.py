"""Makes the increments of deferred fragments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.federation.execution.errors import GraphQLErrorDict, flaw_errors
from gateway.federation.execution.flaws import Flaw, flaws
from gateway.federation.execution.increments import Increment
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.projector import Projector, compile_projector
from gateway.federation.execution.shapes import (
    AbstractShape,
    LeafShape,
    ListShape,
    ObjectShape,
    Shape,
    all_hold,
)
from gateway.federation.planning.plan import Deferred

_MOST_FLAWS = 100

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DeferredPart:
    """A deferred fragment that is ready to run: its fetches, and the shape of the response from
    the root down, with only the fields that lead to the fragment and those in it."""

    deferred: Deferred
    shape: ObjectShape
    projectors: Mapping[int, Projector]
    """For the objects that carry the fragment, by the identity of their shape."""

    def increments(
        self,
        data: JsonObject,
        variables: Mapping[str, object],
        first: JsonObject,
        errors: list[GraphQLErrorDict],
    ) -> list[Increment]:
        """One increment for each object that is in the response, of which `first` was the first
        part. Errors go to the object that they are about, those of no single one to the first."""
        made: list[Increment] = []
        for path, shape, item in _places(self.shape, data, self.deferred.path, variables, ()):
            if _was_lost(first, path):
                continue
            result, flawed = self.projectors[id(shape)].run(item, variables)
            increment = Increment(path, self.deferred.label, result)
            if flawed:
                found = flaws(shape, item, variables, _MOST_FLAWS)
                placed = [Flaw((*path, *one.path), one.is_null) for one in found]
                increment.errors += flaw_errors(placed, errors)
            made.append(increment)
        for error in errors if made else ():
            _one_about(made, error).errors.append(error)
        return made


def compile_part(deferred: Deferred, shape: ObjectShape) -> DeferredPart:
    """A deferred fragment, ready to run."""
    ends = _ends(shape, deferred.path)
    return DeferredPart(deferred, shape, {id(end): compile_projector(end) for end in ends})


def _ends(shape: Shape, path: tuple[str, ...]) -> Iterator[ObjectShape]:
    """The shapes of the objects at the client's path."""
    if isinstance(shape, ListShape):
        yield from _ends(shape.item, path)
    elif isinstance(shape, AbstractShape):
        for one in (*shape.by_type.values(), shape.default):
            yield from _ends(one, path)
    elif isinstance(shape, ObjectShape):
        if not path:
            yield shape
        for field in shape.fields:
            if path and field.key == path[0]:
                yield from _ends(field.shape, path[1:])


def _places(
    shape: Shape,
    value: object,
    path: tuple[str, ...],
    variables: Mapping[str, object],
    way: Steps,
) -> Iterator[tuple[Steps, ObjectShape, JsonObject]]:
    """The objects at the client's path, each with its place and shape."""
    if isinstance(shape, LeafShape):
        return
    if isinstance(shape, ListShape):
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _places(shape.item, item, path, variables, (*way, index))
        return
    if not isinstance(value, dict):
        return
    known = shape.shape_of(value, variables) if isinstance(shape, AbstractShape) else shape
    if known is None:
        return
    if not path:
        yield way, known, value
        return
    field = next(
        (one for one in known.fields if one.key == path[0] and all_hold(one.conditions, variables)),
        None,
    )
    if field is not None:
        inner = field.value_in(value)
        yield from _places(field.shape, inner, path[1:], variables, (*way, field.key))


def _was_lost(first: object, path: Steps) -> bool:
    """Was the object, or one around it, null in the first part of the response?"""
    for step in path:
        if isinstance(first, dict) and isinstance(step, str):
            if step not in first:
                return False  # it came, or comes, with another fragment
            first = first[step]
        elif isinstance(first, list) and isinstance(step, int):
            first = first[step]
        if first is None:
            return True
    return False


def _one_about(made: list[Increment], error: GraphQLErrorDict) -> Increment:
    told = error.get("path")
    steps = tuple(told) if isinstance(told, list) else ()
    return next((one for one in made if steps[: len(one.path)] == one.path), made[0])
