"""What a search has found stays known for the fetches behind it, as long as it is all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from gateway.federation import Engine, FetchRequest, compose
from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.entities import Collector, compile_collectors
from gateway.federation.planning.fetch import RepresentationField, Template
from gateway.federation.planning.path import Path, PathElement
from gateway.federation.planning.plan import Entities, EntityPart, Fetch, Parallel
from tests.unit.federation.federated import subgraph as part_of

OUTER: Path = (PathElement("a", 1),)
INNER: Path = (*OUTER, PathElement("b"))
TYPED: Path = (*OUTER, PathElement("b", types=frozenset({"A"})))
TEMPLATES: dict[str | None, Template] = {
    None: Template("T", {("id", "id"): RepresentationField("id", "id")})
}


def collectors(*wanted: tuple[Path, Iterable[str]]) -> list[Collector]:
    fetch = Fetch(0, "s", "", "query", "", (), (), b"")
    parts = [
        EntityPart((path,), TEMPLATES, "_entities", "r", (), frozenset(keys))
        for path, keys in wanted
    ]
    made = compile_collectors([Parallel(tuple(Entities((part,), fetch) for part in parts))])
    return [made[id(part)] for part in parts]


def sent(collector: Collector, data: ResponseData) -> list[bytes]:
    return list(collector.collected(data, {}).groups)


def test_objects_are_searched_once_and_those_behind_them_from_there() -> None:
    outer, inner = collectors((OUTER, ["x"]), (INNER, ["y"]))
    data = ResponseData({"a": [{"id": "1", "b": {"id": "2"}}, {"id": "1", "b": {"id": "2"}}]})
    assert sent(outer, data) == [b'{"__typename":"T","id":"1"}']
    data.root["a"] = []
    assert sent(outer, data) == [b'{"__typename":"T","id":"1"}']
    assert sent(inner, data) == [b'{"__typename":"T","id":"2"}']


def test_objects_are_searched_again_when_an_answer_may_have_brought_others() -> None:
    outer, inner = collectors((OUTER, ["x", "b"]), (INNER, ["y"]))
    item: dict[str, Any] = {"id": "1", "b": None}
    data = ResponseData({"a": [item]})
    assert sent(outer, data) == [b'{"__typename":"T","id":"1"}']
    assert sent(inner, data) == []
    data.put({"b": {"id": "2"}}, [item])
    data.forget(outer.spoils)
    assert sent(inner, data) == [b'{"__typename":"T","id":"2"}']


def test_only_fields_on_the_way_and_types_that_decide_it_bring_others() -> None:
    first, second, typed = collectors(
        (OUTER, ["x", "b"]), (INNER, ["y"]), (TYPED, ["y", "__typename"])
    )
    assert [one.number for one in second.searches] == list(first.spoils)[:1]
    assert {one.number for one in typed.searches} | {*second.spoils} <= {*first.spoils}
    assert second.spoils == ()
    assert typed.spoils == tuple(one.number for one in typed.searches)


def test_nothing_is_known_of_a_path_for_which_a_fetch_is_on_its_way() -> None:
    (outer,) = collectors((OUTER, ["x"]))
    data = ResponseData({"a": [{"id": "1"}, {"id": "1"}]})
    data.begin(outer.ways)
    made = outer.collected(data, {})
    assert [len(items) for items in made.groups.values()] == [2]
    assert not data.known


PARTS = {
    "a": 'type Query { p: P } type P @key(fields: "id") { id: ID! }',
    "b": """
        type P @key(fields: "id") { id: ID! b: E @shareable }
        type E @key(fields: "id") { id: ID! }
    """,
    "c": """
        type P @key(fields: "id") { id: ID! b: E @shareable }
        type E @key(fields: "code") { code: ID! }
    """,
    "d": 'type E @key(fields: "id") { id: ID! x: Int }',
    "e": 'type E @key(fields: "code") { code: ID! y: Int }',
}


async def test_an_object_that_only_a_later_answer_brings_is_completed_all_the_same() -> None:
    answers: dict[str, dict[str, Any]] = {
        "a": {"p": {"id": "1"}},
        "b": {"_entities": [{"b": None}]},
        "c": {"_entities": [{"b": {"code": "2"}}]},
        "e": {"_entities": [{"y": 3}]},
    }

    async def fetch(subgraph: str, request: FetchRequest) -> dict[str, Any]:
        if subgraph == "c":  # b's, and the search behind it, come first
            for _ in range(20):
                await asyncio.sleep(0)
        return {"data": answers[request.fetch.subgraph]}

    engine = Engine(compose(part_of(name, sdl) for name, sdl in PARTS.items()), fetch)
    answer = await engine.execute("{ p { b { x y } } }")
    assert answer["data"] == {"p": {"b": {"x": None, "y": 3}}}
