"""Subgraphs that die, hang and answer rubbish cost only their own fields."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.integration.edge.serving import closed_address
from tests.integration.gateway.process import Gateway, running, start, until
from tests.integration.gateway.subgraphs import PRODUCTS, REVIEWS, black_hole, serving
from tests.patience import line_of, soon

QUERY = "{ products { name reviews { text } } }"
NAMES = [{"name": "Bracket", "reviews": None}, {"name": "Gear", "reviews": None}]


async def sdl_of(url: str) -> str:
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, json={"query": "{ _service { sdl } }"})
    return str(answer.json()["data"]["_service"]["sdl"])


async def reviews_sdl() -> str:
    async with serving(REVIEWS) as url:
        return await sdl_of(url)


def listed(folder: Path, products: str, reviews: dict[str, object]) -> Path:
    file = folder / "subgraphs.json"
    file.write_text(
        json.dumps([{"name": "products", "url": products}, {"name": "reviews", **reviews}])
    )
    return file


async def is_ready(gateway: Gateway) -> bool:
    return (await gateway.client.get("/ready")).status_code == 200


async def only_names(gateway: Gateway) -> bool:
    answer = await gateway.ask(QUERY)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SUBREQUEST_FAILED"]
    return bool(answer["data"]["products"] == NAMES)


async def test_a_dead_subgraph_costs_its_own_fields_until_it_is_back(tmp_path: Path) -> None:
    address = closed_address()
    port = int(address.rpartition(":")[2])
    async with serving(PRODUCTS) as products:
        file = listed(tmp_path, products, {"url": address})
        async with running("--subgraphs", file, "--circuit-failures", "2") as gateway:
            async with serving(REVIEWS, port):
                await until(lambda: is_ready(gateway))
                assert "errors" not in await gateway.ask(QUERY)
            assert await only_names(gateway)
            assert await only_names(gateway)
            health = await gateway.client.get("/health")
            assert health.status_code == 200
            assert health.json()["status"] == "incomplete"
            assert health.json()["subgraphs"]["reviews"]["circuit"] == "open"
            assert health.json()["subgraphs"]["products"] == {"circuit": "closed"}
            assert await only_names(gateway)
            async with serving(REVIEWS, port):
                await until(lambda: is_whole(gateway))
            report = await gateway.health()
            assert report["subgraphs"]["reviews"] == {"circuit": "closed"}


async def is_whole(gateway: Gateway) -> bool:
    return "errors" not in await gateway.ask(QUERY)


async def test_a_subgraph_that_never_answers_is_given_up_at_its_deadline(tmp_path: Path) -> None:
    async with serving(PRODUCTS) as products, black_hole() as hole:
        entry: dict[str, object] = {"url": hole, "sdl": await reviews_sdl(), "timeout": 0.2}
        file = listed(tmp_path, products, entry)
        options = ("--subgraphs", file, "--timeout", "1000")
        async with running(*options, "--show-errors") as gateway:
            await until(lambda: is_ready(gateway))
            assert await only_names(gateway)
            report = await gateway.health()
            assert "in time (0.2 s)" in report["subgraphs"]["reviews"]["last_failure"]
        async with running(*options) as gateway:
            await until(lambda: is_ready(gateway))
            assert await only_names(gateway)
            report = await gateway.health()
            assert report["subgraphs"]["reviews"] == {"circuit": "closed", "failures_in_a_row": 1}


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"<h1>Bad gateway</h1>", "text/html", 502),
        (b"[]", "application/json", 200),
        (b"{", "application/json", 200),
        (b'{"data": {"_entities": "' + b"x" * 3000 + b'"}}', "application/json", 200),
    ],
)
async def test_rubbish_costs_only_the_fields_it_was_asked_for(
    tmp_path: Path, content: bytes, media_type: str, status: int
) -> None:
    async def rubbish(_: Request) -> Response:
        return Response(content, status, media_type=media_type)

    app = Starlette(routes=[Route("/", rubbish, methods=["POST"])])
    async with serving(PRODUCTS) as products, serving(app) as url:
        file = listed(tmp_path, products, {"url": url, "sdl": await reviews_sdl()})
        async with running("--subgraphs", file, "--max-answer", "2") as gateway:
            await until(lambda: is_ready(gateway))
            answer = await gateway.ask(QUERY)
            assert answer["data"]["products"] == NAMES
            assert answer["errors"]


@pytest.mark.parametrize(
    ("media_type", "status"), [("application/json", 500), ("text/plain", 200), ("text/html", 403)]
)
async def test_errors_of_a_subgraph_are_read_whatever_they_are_sent_as(
    tmp_path: Path, media_type: str, status: int
) -> None:
    error = {"message": "only for members", "extensions": {"code": "FORBIDDEN"}}

    async def refusing(_: Request) -> Response:
        return Response(json.dumps({"errors": [error]}), status, media_type=media_type)

    app = Starlette(routes=[Route("/", refusing, methods=["POST"])])
    async with serving(PRODUCTS) as products, serving(app) as url:
        file = listed(tmp_path, products, {"url": url, "sdl": await reviews_sdl()})
        async with running("--subgraphs", file) as gateway:
            await until(lambda: is_ready(gateway))
            answer = await gateway.ask(QUERY)
            assert answer["data"]["products"] == NAMES
            assert answer["errors"][0]["message"] == "only for members"


async def test_an_address_for_a_subgraph_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = listed(tmp_path, "http://127.0.0.1:1", {"sdl": await reviews_sdl(), "url": "http://a"})
    entries = json.loads(file.read_text())
    file.write_text(json.dumps(entries[1:]))
    process = await start("--subgraphs", file, "--subgraph-url", "review=http://b")
    await line_of(process)
    process.terminate()
    _, said = await soon("the end of the gateway", process.communicate())
    assert "addresses are given for subgraphs that are not there" in said.decode()
    assert "review" in said.decode()


async def test_a_failed_fetch_is_one_line_of_the_log(tmp_path: Path) -> None:
    async with serving(PRODUCTS) as products:
        entry: dict[str, object] = {"url": closed_address(), "sdl": await reviews_sdl()}
        process = await start("--subgraphs", listed(tmp_path, products, entry), "--log-json")
        line = (await line_of(process)).decode()
        url = line.split()[4].removesuffix("/graphql")
        async with httpx.AsyncClient(base_url=url) as client:
            gateway = Gateway(process, line, client)
            await until(lambda: is_ready(gateway))
            await only_names(gateway)
        process.terminate()
        _, said = await soon("the end of the gateway", process.communicate())
    lines = [json.loads(one) for one in said.decode().splitlines()]
    assert [line["event"] for line in lines] == ["a fetch failed"]
    assert lines[0]["subgraph"] == "reviews"
    assert lines[0]["request_id"]


async def test_a_mutation_whose_connection_breaks_is_not_sent_again(tmp_path: Path) -> None:
    requests: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b'"variables"'))
        writer.close()

    sdl = "type Query { x: Int } type Mutation { y: Int }"
    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        file = tmp_path / "subgraphs.json"
        file.write_text(json.dumps([{"name": "a", "url": url, "sdl": sdl}]))
        async with running("--subgraphs", file) as gateway:
            assert (await gateway.ask("mutation { y }"))["errors"]
            assert len(requests) == 1
            assert (await gateway.ask("{ x }"))["errors"]
            assert len(requests) == 4
