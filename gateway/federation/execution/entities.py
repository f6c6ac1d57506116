"""Which entities a fetch asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.places import held_at
from gateway.federation.execution.representations import RepresentationMaker
from gateway.federation.execution.shapes import holds
from gateway.federation.planning.path import Path
from gateway.federation.planning.plan import Entities


@dataclass(slots=True)
class Gathered:
    """The objects of a part by their encoded representation, each of which is sent once, and
    those that have none."""

    groups: dict[bytes, list[JsonObject]] = field(default_factory=dict)
    left_out: list[JsonObject] = field(default_factory=list)


def gathered(
    node: Entities, data: ResponseData, variables: Mapping[str, object]
) -> dict[str, Gathered]:
    """The entities of each part, by its key. Equal objects of one path become one on the way."""
    result: dict[str, Gathered] = {}
    for part in node.parts:
        made = result[part.key] = Gathered()
        if holds(part.conditions, variables):
            maker = RepresentationMaker(part.templates, variables)
            for path in part.paths:
                _gather(path, data, maker, made)
    return result


def _gather(path: Path, data: ResponseData, maker: RepresentationMaker, made: Gathered) -> None:
    seen: set[int] = set()
    first: dict[bytes, JsonObject] = {}
    for holder, item in list(held_at(data.root, path)):
        if id(item) in seen:
            continue
        representation = maker.make(item)
        if representation is None:
            seen.add(id(item))
            made.left_out.append(item)
            continue
        identity = orjson.dumps(representation)
        earlier = first.setdefault(identity, item)
        if earlier is not item and earlier == item:
            data.fold(holder, item, earlier)
            continue
        seen.add(id(item))
        made.groups.setdefault(identity, []).append(item)


def without_requirements(
    node: Entities, left_out: Mapping[str, Iterable[JsonObject]], variables: Mapping[str, object]
) -> dict[str, Gathered]:
    """The objects of which nothing but a key is there, for a fetch that needs no more."""
    result: dict[str, Gathered] = {}
    for part in node.parts:
        made = result[part.key] = Gathered()
        maker = RepresentationMaker(part.templates, variables)
        for item in left_out[part.key]:
            representation = maker.make(item)
            if representation is not None:
                made.groups.setdefault(orjson.dumps(representation), []).append(item)
    return result
