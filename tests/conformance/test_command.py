"""`partline gateway` as strangers start it: in a process of its own, with two options."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import httpx
import pytest

from tests.conformance.asking import Example
from tests.conformance.composers import NOWHERE, OTHERS, composed_elsewhere
from tests.conformance.hosting import Answering, Stage, Subgraphs, served, staged
from tests.integration.edge.serving import closed_address
from tests.integration.gateway.process import running, until
from tests.unit.federation.test_rules_keys import RULES

RULE = RULES[0]


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def listed(folder: Path, urls: dict[str, str]) -> Path:
    file = folder / "subgraphs.json"
    file.write_text(json.dumps([{"name": name, "url": url} for name, url in urls.items()]))
    return file


async def test_a_list_of_addresses_is_all_it_needs(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        urls = _served(stage)
        async with running("--subgraphs", listed(tmp_path, urls)) as gateway:
            for ask in RULE.asks:
                answer = await gateway.ask(ask.query)
                assert answer == {"data": await RULE.answer(ask)}


@pytest.mark.parametrize("tool", OTHERS)
async def test_a_supergraph_of_another_tool_is_all_it_needs(tmp_path: Path, tool: str) -> None:
    (composed,) = composed_elsewhere([Example(RULE, "keys").subgraphs])
    async with staged(tmp_path) as stage:
        _served(stage)
        file = tmp_path / "supergraph.graphql"
        file.write_text(composed[tool]["supergraph"].replace(NOWHERE, stage.subgraphs_at))
        async with running("--supergraph", file) as gateway:
            for ask in RULE.asks:
                answer = await gateway.ask(ask.query)
                assert answer == {"data": await RULE.answer(ask)}


def _served(stage: Stage) -> dict[str, str]:
    example = Example(RULE, "keys")
    example.serve(stage)
    return {one.name: one.url.replace(NOWHERE, stage.subgraphs_at) for one in example.subgraphs}


async def test_it_is_well_only_when_it_can_answer(tmp_path: Path) -> None:
    late = closed_address()
    async with running("--subgraphs", listed(tmp_path, {"late": late})) as gateway:
        assert (await gateway.client.get("/health")).status_code == 503
        subgraphs = Subgraphs()
        subgraphs.add("", "type Query { hello: String }", lambda _: {"data": {"hello": "you"}})

        async def is_well() -> bool:
            return (await gateway.client.get("/health")).status_code == 200

        async with served(subgraphs, int(late.rpartition(":")[2].strip("/"))):
            await until(is_well)
            assert await gateway.ask("{ hello }") == {"data": {"hello": "you"}}


async def test_it_answers_at_every_address_of_localhost(tmp_path: Path) -> None:
    file = tmp_path / "subgraphs.json"
    file.write_text('[{"name": "a", "url": "http://a.invalid", "sdl": "type Query { x: Int }"}]')
    async with running("--subgraphs", file) as gateway:
        port = gateway.client.base_url.port
        for host in ("127.0.0.1", "[::1]") if has_ipv6() else ("127.0.0.1",):
            async with httpx.AsyncClient(base_url=f"http://{host}:{port}") as client:
                answer = await client.post("/graphql", json={"query": "{ __typename }"})
                assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_slash_at_the_end_leads_to_the_same_door(tmp_path: Path) -> None:
    file = tmp_path / "subgraphs.json"
    file.write_text('[{"name": "a", "url": "http://a.invalid", "sdl": "type Query { x: Int }"}]')
    async with running("--subgraphs", file) as gateway:
        asked = {"query": "{ __typename }"}
        answer = await gateway.client.post("/graphql/", json=asked, follow_redirects=True)
        assert answer.json() == {"data": {"__typename": "Query"}}


async def test_two_hundred_subgraphs_are_one_graph(tmp_path: Path) -> None:
    count = 200
    subgraphs = Subgraphs()
    async with served(subgraphs) as address:
        for number in range(count):
            subgraphs.add(f"{number}", *_one_of_many(number))
        urls = {f"s{number}": f"{address}/{number}" for number in range(count)}
        async with running("--subgraphs", listed(tmp_path, urls)) as gateway:

            async def is_ready() -> bool:
                return (await gateway.client.get("/ready")).status_code == 200

            await until(is_ready, 60)
            fields = " ".join(f"f{number}" for number in range(count))
            answer = await gateway.ask(f"{{ node {{ {fields} }} }}")
            assert answer == {"data": {"node": {f"f{number}": number for number in range(count)}}}


def _one_of_many(number: int) -> tuple[str, Answering]:
    roots = "type Query { node: Node }" if number == 0 else ""
    sdl = f'{roots} type Node @key(fields: "id") {{ id: ID! f{number}: Int }}'
    head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'
    entity = {"__typename": "Node", "id": "1", f"f{number}": number}
    data = {"node": entity} if number == 0 else {"_entities": [entity]}
    return head + sdl, lambda _: {"data": data}
