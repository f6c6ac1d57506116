"""Which entities a fetch asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.representations import (
    IncompleteError,
    RepresentationMaker,
    compile_maker,
)
from gateway.federation.execution.search import Search, compile_searches
from gateway.federation.execution.shapes import holds
from gateway.federation.execution.walks import Found, Keys, keys_of
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
    searches: tuple[Search, ...]
    ways: tuple[Keys, ...]
    """The paths of the searches."""
    maker: RepresentationMaker
    spoils: tuple[int, ...]
    """The numbers of searches that may find other objects once the entities have come."""

    def collected(self, data: ResponseData, variables: Mapping[str, object]) -> Gathered:
        """The entities in the data. Equal objects of one path become one on the way."""
        made = Gathered()
        if holds(self.part.conditions, variables):
            held = self.maker.held(variables)
            for search in self.searches:
                known = data.known.get(search.number)
                if known is not None:
                    self._represent(known, held, made)
                    continue
                may_fold = data.may_fold(search.way)
                items = self._fold(search.found(data), held, made, may_fold=may_fold)
                if may_fold:
                    data.known[search.number] = items
        return made

    def represented(self, items: Iterable[JsonObject], variables: Mapping[str, object]) -> Gathered:
        """The same for objects that are known already; those without one are not told."""
        made = Gathered()
        self._represent(items, self.maker.held(variables), made)
        made.left_out.clear()
        return made

    def _represent(
        self, items: Iterable[JsonObject], held: tuple[bool, ...], made: Gathered
    ) -> None:
        make, dumps, groups = self.maker.make, orjson.dumps, made.groups
        for item in items:
            try:
                representation = make(item, held)
            except IncompleteError:
                representation = None
            if representation is None:
                made.left_out.append(item)
            else:
                groups.setdefault(dumps(representation), []).append(item)

    def _fold(
        self, found: Iterable[Found], held: tuple[bool, ...], made: Gathered, *, may_fold: bool
    ) -> list[JsonObject]:
        """As `_represent`; gives the objects that are left, each once."""
        make, dumps, groups = self.maker.make, orjson.dumps, made.groups
        items: list[JsonObject] = []
        seen: set[int] = set()
        first: dict[bytes, JsonObject] = {}
        for holder, key, item in found:
            if id(item) in seen:
                continue
            try:
                representation = make(item, held)
            except IncompleteError:
                representation = None
            if representation is None:
                made.left_out.append(item)
            else:
                encoded = dumps(representation)
                earlier = first.get(encoded)
                if earlier is None:
                    first[encoded] = item
                elif may_fold and earlier == item:
                    holder[key] = earlier  # type: ignore[index]
                    continue
                groups.setdefault(encoded, []).append(item)
            seen.add(id(item))
            items.append(item)
        return items


def compile_collectors(nodes: Iterable[PlanNode | None]) -> dict[int, Collector]:
    """The collectors for all parts of plans over the same data, by the identity of the part."""
    fetches = [one for root in nodes for one in nodes_of(root) if isinstance(one, Entities)]
    others = [one for fetch in fetches for one in (fetch.fallback, *fetch.apart) if one is not None]
    parts = [part for one in (*fetches, *others) for part in one.parts]
    searches = compile_searches(path for part in parts for path in part.paths)
    return {
        id(part): Collector(
            part,
            tuple(searches[path] for path in part.paths),
            tuple(keys_of(path) for path in part.paths),
            compile_maker(part.templates),
            tuple(one.number for one in searches.values() if one.may_change(part.keys)),
        )
        for part in parts
    }
