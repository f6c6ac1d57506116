"""Subgraphs whose answers are meant to harm cost their own fields, and little time and memory."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.federation import Engine, FetchRequest, Subgraph, compose
from gateway.federation.execution.errors import MOST_ERRORS
from gateway.federation.execution.increments import Increment, Increments

SUPERGRAPH = compose(
    [
        Subgraph(
            "a",
            """
            scalar Any
            type Query { items: [Item] other: Any }
            type Item @key(fields: "id") { id: ID any: Any }
            """,
        ),
        Subgraph("b", 'type Item @key(fields: "id") { id: ID level: Int }'),
    ]
)
QUERY = "{ items { level } }"


async def answered(a: bytes | dict[str, Any], b: bytes | dict[str, Any], query: str = QUERY) -> Any:
    async def fetch(subgraph: str, request: FetchRequest) -> bytes:
        answer = a if subgraph == "a" else b
        return answer if isinstance(answer, bytes) else orjson.dumps(answer)

    engine = Engine(SUPERGRAPH, fetch)
    plain = await engine.answer(query)
    decoded = orjson.loads(await engine.execute_json(query))
    assert orjson.loads(plain.encode()) == decoded
    return decoded


def codes(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


def entity_error(path: object) -> dict[str, Any]:
    error = {"message": "m", "path": path, "extensions": {"code": "X"}}
    return {"data": {"_entities": [None]}, "errors": [error]}


async def test_errors_of_one_answer_are_passed_on_only_up_to_a_number() -> None:
    errors = [{"message": "m", "extensions": {"code": "X"}}] * (MOST_ERRORS + 5)
    answer = await answered({"data": None, "errors": errors}, {})
    assert codes(answer) == ["X"] * MOST_ERRORS + ["ERRORS_LEFT_OUT"]


async def test_errors_about_an_entity_at_many_places_do_not_multiply_without_end() -> None:
    answer = entity_error(["_entities", 0, "level"])
    answer["errors"] *= MOST_ERRORS
    result = await answered({"data": {"items": [{"id": "1"}] * 500}}, answer)
    assert len(result["errors"]) == MOST_ERRORS + 1
    assert result["errors"][499]["path"] == ["items", 499, "level"]


@pytest.mark.parametrize(
    "path",
    [[{}, 0], [[], 0], [None, None], ["_entities", {}], ["_entities", -1], [1e300, True], [0, 0]],
)
async def test_a_path_that_leads_nowhere_stays_an_error_of_the_whole_fetch(path: object) -> None:
    answer = await answered({"data": {"items": [{"id": "1"}]}}, entity_error(path))
    assert answer["data"] == {"items": [{"level": None}]}
    assert [error["path"] for error in answer["errors"]] == [["items"]]


async def test_an_index_where_there_is_no_list_does_not_come_back_to_the_client() -> None:
    error = {"message": "m", "path": ["other", *range(1000)], "extensions": {"code": "X"}}
    answer = await answered({"data": {"other": None}, "errors": [error]}, {}, "{ other }")
    assert answer["errors"][0]["path"] == ["other"]


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


async def test_a_value_that_is_nested_too_deeply_to_be_sent_is_an_error() -> None:
    answer = await answered(b'{"data":{"other":' + nested(500) + b"}}", {}, "{ other }")
    assert answer["data"] is None
    assert codes(answer) == ["RESPONSE_TOO_DEEP"]


async def test_what_is_nested_too_deeply_for_a_key_costs_the_fields_behind_the_key() -> None:
    items = b'{"data":{"items":[{"any":1,"id":' + nested(500) + b"}]}}"
    answer = await answered(items, {}, "{ items { any level } }")
    assert answer["data"] == {"items": [{"any": 1, "level": None}]}
    assert answer["errors"][0]["path"] == ["items"]


@pytest.mark.parametrize(
    "error",
    [
        b'{"message":"m","extensions":{"code":"X","deep":' + nested(500) + b"}}",
        b'{"message":' + nested(1000) + b',"extensions":{"code":"X"}}',
        b'{"message":"m","path":[' + nested(900) + b'],"extensions":{"code":"X"}}',
    ],
)
async def test_an_error_that_is_nested_too_deeply_loses_what_is_deep(error: bytes) -> None:
    answer = await answered(b'{"data":{"other":null},"errors":[' + error + b"]}", {}, "{ other }")
    assert answer["data"] == {"other": None}
    assert answer["errors"][0]["extensions"] == {"code": "X", "service": "a"}


def test_of_increments_only_the_one_that_is_nested_too_deeply_is_lost() -> None:
    deep = Increment(("a",), None, {"x": orjson.loads(nested(500))})
    part = Increments([deep, Increment(("b",), None, {"x": 1})], has_next=False)
    written = orjson.loads(part.encode())
    assert [one["data"] for one in written["incremental"]] == [None, {"x": 1}]
    assert codes(written["incremental"][0]) == ["RESPONSE_TOO_DEEP"]
