"""Which entities a fetch asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

import orjson

from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.representations import (
    IncompleteError,
    RepresentationMaker,
    compile_maker,
)
from gateway.federation.execution.shapes import holds
from gateway.federation.execution.walks import (
    Found,
    Keys,
    Step,
    Walk,
    compile_walk,
    keys_of,
)
from gateway.federation.planning.plan import Entities, EntityPart, PlanNode, nodes_of


@dataclass(slots=True)
class Gathered:
    """The objects of a part by their encoded representation, each of which is sent once, and
    those that have none."""

    groups: dict[bytes, list[JsonObject]] = field(default_factory=dict)
    left_out: list[JsonObject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects the entities of one part of a fetch."""

    part: EntityPart
    walks: tuple[Walk, ...]
    ways: tuple[Keys, ...]
    """The paths of the walks."""
    maker: RepresentationMaker

    def collected(self, data: ResponseData, variables: Mapping[str, object]) -> Gathered:
        """The entities in the data. Equal objects of one path become one on the way."""
        made = Gathered()
        if holds(self.part.conditions, variables):
            held = self.maker.held(variables)
            for walk, way in zip(self.walks, self.ways, strict=True):
                self._collect(walk(data.root), held, made, may_fold=data.may_fold(way))
        return made

    def represented(self, items: Iterable[JsonObject], variables: Mapping[str, object]) -> Gathered:
        """The same for objects that are known already."""
        made, held = Gathered(), self.maker.held(variables)
        for item in items:
            representation = self._representation(item, held)
            if representation is not None:
                made.groups.setdefault(orjson.dumps(representation), []).append(item)
        return made

    def _collect(
        self, found: Iterable[Found], held: tuple[bool, ...], made: Gathered, *, may_fold: bool
    ) -> None:
        groups, dumps = made.groups, orjson.dumps
        seen: set[int] = set()
        first: dict[bytes, JsonObject] = {}
        for holder, key, item in found:
            identity = id(item)
            if identity in seen:
                continue
            representation = self._representation(item, held)
            if representation is None:
                made.left_out.append(item)
            else:
                encoded = dumps(representation)
                earlier = first.setdefault(encoded, item)
                if may_fold and earlier is not item and earlier == item:
                    cast("dict[Step, object]", holder)[key] = earlier
                    continue
                groups.setdefault(encoded, []).append(item)
            seen.add(identity)

    def _representation(self, item: JsonObject, held: tuple[bool, ...]) -> JsonObject | None:
        try:
            return self.maker.make(item, held)
        except IncompleteError:
            return None


def compile_collectors(nodes: Iterable[PlanNode | None]) -> dict[int, Collector]:
    """The collectors for all parts of plans over the same data, by the identity of the part."""
    fetches = [one for root in nodes for one in nodes_of(root) if isinstance(one, Entities)]
    fallbacks = [one.fallback for one in fetches if one.fallback is not None]
    parts = [part for one in (*fetches, *fallbacks) for part in one.parts]
    folded = frozenset(keys_of(path) for part in parts for path in part.paths)
    return {
        id(part): Collector(
            part,
            tuple(compile_walk(path, folded) for path in part.paths),
            tuple(keys_of(path) for path in part.paths),
            compile_maker(part.templates),
        )
        for part in parts
    }
