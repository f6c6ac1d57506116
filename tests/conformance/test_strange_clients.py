"""Clients as they are in the wild: what of their requests is understood at the door."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.conformance.hosting import Stage, staged

DOOR = "/shop/graphql"
SDL = "type Query { hello(name: String): String } type Mutation { write: String }"
ANSWER = {"data": {"hello": "you"}}
JSON = {"content-type": "application/json"}


@pytest_asyncio.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with staged(tmp_path_factory.mktemp("doors")) as stage:
        await _opened(stage)
        yield stage.client


async def _opened(stage: Stage) -> None:
    stage.subgraphs.add("shop", SDL, lambda _: ANSWER)
    await stage.open_subgraphs("shop", {"shop": f"{stage.subgraphs_at}/shop"})


@pytest.mark.parametrize(
    "more",
    [
        {"variables": None},
        {"variables": {}},
        {"variables": {"unused": [1]}},
        {"operationName": None},
        {"operationName": ""},
        {"extensions": {}},
        {"extensions": None},
        {"extensions": {"clientLibrary": {"name": "urql"}}},
        {"id": None, "unknown": 1},
        {"documentId": None},
    ],
)
async def test_what_says_nothing_does_no_harm(
    client: httpx.AsyncClient, more: dict[str, object]
) -> None:
    answer = await client.post(DOOR, json={"query": "{ hello }", **more})
    assert (answer.status_code, answer.json()) == (200, ANSWER)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON",
        'application/json; charset="utf-8"',
    ],
)
async def test_json_is_json_under_all_its_names(
    client: httpx.AsyncClient, content_type: str
) -> None:
    body = json.dumps({"query": "{ hello }"})
    answer = await client.post(DOOR, content=body, headers={"content-type": content_type})
    assert (answer.status_code, answer.json()) == (200, ANSWER)


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        ("application/graphql-response+json; charset=utf-8, application/json;q=0.9",
         "application/graphql-response+json"),
        ("multipart/mixed;deferSpec=20220824,application/json", "application/json"),
        ("multipart/mixed, application/graphql-response+json, application/json",
         "application/graphql-response+json"),
        ("text/event-stream, application/json", "application/json"),
    ],
)  # fmt: skip
async def test_what_is_accepted_decides_the_media_type(
    client: httpx.AsyncClient, accept: str | None, given: str
) -> None:
    request = client.build_request("POST", DOOR, json={"query": "{ hello }"})
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    answer = await client.send(request)
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert answer.headers["content-type"].partition(";")[0] == given


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b" \r\n\t"])
async def test_what_stands_before_the_json_is_passed_over(
    client: httpx.AsyncClient, lead: bytes
) -> None:
    body = lead + json.dumps({"query": "{ hello }"}).encode()
    answer = await client.post(DOOR, content=body, headers=JSON)
    assert (answer.status_code, answer.json()) == (200, ANSWER)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'"text"', '"query"'),
        (b"{}", '"query"'),
        (b'{"query": null}', '"query"'),
        (b'{"query": 1}', '"query"'),
        (b'{"query": "{ hello }", "variables": []}', '"variables"'),
        (b'{"query": "{ hello }", "variables": "{}"}', '"variables"'),
        (b'{"query": "{ hello }", "operationName": 1}', '"operationName"'),
        (b'[{"query": "{ hello }"}]', "one operation per request"),
        (b"[]", "one operation per request"),
    ],
)
async def test_what_cannot_be_understood_is_told_with_400(
    client: httpx.AsyncClient, body: bytes, told: str
) -> None:
    answer = await client.post(DOOR, content=body, headers=JSON)
    assert answer.status_code == 400
    assert "data" not in answer.json()
    assert told in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("query", ["", "  ", "{", "{ nothing }", "{ hello", "# {hello}"])
async def test_a_refused_operation_has_errors_and_no_data(
    client: httpx.AsyncClient, query: str
) -> None:
    answer = await client.post(DOOR, json={"query": query})
    assert answer.status_code == 200
    assert list(answer.json()) == ["errors"]
    strict = {"accept": "application/graphql-response+json"}
    assert (await client.post(DOOR, json={"query": query}, headers=strict)).status_code == 400


async def test_a_form_and_a_text_are_not_json(client: httpx.AsyncClient) -> None:
    for headers in ({"content-type": "text/plain"}, {"content-type": "application/graphql"}, {}):
        answer = await client.post(DOOR, content=b'{"query": "{ hello }"}', headers=headers)
        assert answer.status_code == 415


async def test_a_packed_body_is_refused_with_advice(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        DOOR, content=b"\x1f\x8b", headers={**JSON, "content-encoding": "gzip"}
    )
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "ENCODING_NOT_SUPPORTED"


async def test_get_head_and_other_methods(client: httpx.AsyncClient) -> None:
    asked = {"query": "query A { hello }", "variables": "", "operationName": "", "extensions": "{}"}
    answer = await client.get(DOOR, params=asked)
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    head = await client.head(DOOR, params=asked)
    assert (head.status_code, head.content) == (200, b"")
    assert (await client.get(DOOR)).status_code == 400
    assert (await client.get(DOOR, params={"query": "mutation { write }"})).status_code == 405
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        refused = await client.request(method, DOOR)
        assert refused.status_code == 405
        assert "POST" in refused.headers["allow"]
