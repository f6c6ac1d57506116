"""`partline gateway` in a process of its own, in front of real subgraphs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.federation import Subgraph, compose, print_supergraph
from tests.integration.edge.serving import closed_address
from tests.integration.gateway import subgraphs
from tests.integration.gateway.process import Gateway, refused, running, until
from tests.integration.gateway.subgraphs import PRODUCTS, REVIEWS, serving
from tests.patience import soon

QUERY = "{ products { name reviews { text } } }"
ANSWER = {
    "products": [
        {"name": "Bracket", "reviews": [{"text": "of 1"}]},
        {"name": "Gear", "reviews": [{"text": "of 2"}]},
    ]
}


@pytest_asyncio.fixture(scope="module")
async def urls() -> AsyncIterator[dict[str, str]]:
    async with serving(PRODUCTS) as products, serving(REVIEWS) as reviews:
        yield {"products": products, "reviews": reviews}


def listed(folder: Path, entries: list[dict[str, object]]) -> Path:
    file = folder / "subgraphs.json"
    file.write_text(json.dumps(entries))
    return file


def by_url(folder: Path, urls: dict[str, str]) -> Path:
    return listed(folder, [{"name": name, "url": url} for name, url in urls.items()])


@pytest_asyncio.fixture(scope="module")
async def gateway(
    urls: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gateway]:
    file = by_url(tmp_path_factory.mktemp("gateway"), urls)
    options = ("--forward-header", "X-Tenant", "--cors", "https://app.example")
    async with running("--subgraphs", file, *options) as gateway:
        await until(ready(gateway))
        yield gateway


def ready(gateway: Gateway):  # type: ignore[no-untyped-def]
    async def is_ready() -> bool:
        return (await gateway.client.get("/ready")).status_code == 200

    return is_ready


async def sdl_of(url: str) -> str:
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, json={"query": "{ _service { sdl } }"})
    return str(answer.json()["data"]["_service"]["sdl"])


async def test_subgraphs_are_asked_for_their_schemas_and_served_as_one(gateway: Gateway) -> None:
    assert await gateway.ask(QUERY) == {"data": ANSWER}
    assert gateway.line.startswith("Serving the graph at http://127.0.0.1:")


async def test_schemas_may_stand_in_the_list_or_in_files(
    urls: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "reviews.graphql").write_text(await sdl_of(urls["reviews"]))
    entries: list[dict[str, object]] = [
        {"name": "products", "url": urls["products"], "sdl": await sdl_of(urls["products"])},
        {"name": "reviews", "url": urls["reviews"], "sdl_file": "reviews.graphql"},
    ]
    async with running("--subgraphs", listed(tmp_path, entries)) as gateway:
        assert await gateway.ask(QUERY) == {"data": ANSWER}


async def test_a_ready_supergraph_is_served_with_its_own_addresses_or_others(
    urls: dict[str, str], tmp_path: Path
) -> None:
    parts = [
        Subgraph("products", await sdl_of(urls["products"]), urls["products"]),
        Subgraph("reviews", await sdl_of(urls["reviews"]), closed_address()),
    ]
    file = tmp_path / "supergraph.graphql"
    file.write_text(print_supergraph(compose(parts)))
    moved = f"reviews={urls['reviews']}"
    async with running("--supergraph", file, "--subgraph-url", moved) as gateway:
        assert await gateway.ask(QUERY) == {"data": ANSWER}


async def test_a_subgraph_that_comes_up_later_is_waited_for(
    urls: dict[str, str], tmp_path: Path
) -> None:
    address = closed_address()
    file = by_url(tmp_path, {**urls, "reviews": address})
    async with running("--subgraphs", file) as gateway:
        assert "as soon as these have told their schema: reviews" in gateway.line
        health = await gateway.client.get("/health")
        assert health.status_code == 503
        assert list(health.json()["waits_for"]) == ["reviews"]
        early = await gateway.client.post("/graphql", json={"query": QUERY})
        assert early.status_code == 503
        assert early.json()["errors"][0]["extensions"]["code"] == "NOT_READY"
        async with serving(REVIEWS, port=int(address.rpartition(":")[2])):
            await until(ready(gateway))
            assert await gateway.ask(QUERY) == {"data": ANSWER}


async def test_queries_may_come_with_get_and_mutations_may_not(gateway: Gateway) -> None:
    parameters = {
        "query": "query N($x: Boolean!) { products { name @include(if: $x) } }",
        "operationName": "N",
        "variables": '{"x": true}',
    }
    answer = await gateway.client.get("/graphql", params=parameters)
    assert answer.json()["data"]["products"][0] == {"name": "Bracket"}
    refused_one = await gateway.client.get(
        "/graphql", params={"query": 'mutation { write(text: "by GET") }'}
    )
    assert refused_one.status_code == 405
    assert subgraphs.WRITES == []


@pytest.mark.parametrize(
    ("accept", "media_type", "status"),
    [
        ("application/json", "application/json", 200),
        ("application/graphql-response+json", "application/graphql-response+json", 400),
        ("*/*", "application/json", 200),
    ],
)
async def test_both_media_types_of_graphql_over_http_are_spoken(
    gateway: Gateway, accept: str, media_type: str, status: int
) -> None:
    answer = await gateway.client.post(
        "/graphql", json={"query": "{ nothing }"}, headers={"accept": accept}
    )
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.status_code == status
    assert "nothing" in answer.json()["errors"][0]["message"]


async def test_a_browser_gets_the_explorer_and_its_files(gateway: Gateway) -> None:
    page = await gateway.client.get("/graphql", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "/graphql/assets/" in page.text


async def test_pages_of_named_origins_may_ask(gateway: Gateway) -> None:
    async def allowed(origin: str) -> str | None:
        answer = await gateway.client.options(
            "/graphql",
            headers={"origin": origin, "access-control-request-method": "POST"},
        )
        origin_allowed: str | None = answer.headers.get("access-control-allow-origin")
        return origin_allowed

    assert await allowed("https://app.example") == "https://app.example"
    assert await allowed("https://other.example") is None


async def test_only_named_headers_go_to_the_subgraphs(gateway: Gateway) -> None:
    subgraphs.HEADERS.clear()
    await gateway.ask(QUERY, {"x-tenant": "seven", "authorization": "Bearer secret"})
    seen = subgraphs.HEADERS[0]
    assert seen["x-tenant"] == "seven"
    assert "authorization" not in seen
    assert seen["x-request-id"]
    assert seen["accept"] == "application/json, application/graphql-response+json"


@pytest.mark.parametrize("name", ["Content-Length", "host", "transfer-encoding"])
async def test_headers_of_the_connection_itself_are_never_forwarded(
    name: str, tmp_path: Path
) -> None:
    status, said = await refused("--supergraph", tmp_path / "none", "--forward-header", name)
    assert status == 2
    assert "belongs to the connection" in said


async def test_each_identity_gets_its_own_answer(gateway: Gateway) -> None:
    subgraphs.HEADERS.clear()
    await asyncio.gather(*(gateway.ask(QUERY, {"x-tenant": name}) for name in "abc"))
    assert {headers["x-tenant"] for headers in subgraphs.HEADERS} == {"a", "b", "c"}


async def newest(gateway: Gateway) -> list[object]:
    request = gateway.client.stream(
        "POST",
        "/graphql",
        json={"query": "subscription { newest { name reviews { text } } }"},
        headers={"accept": "text/event-stream"},
    )
    async with request as response:
        text = "".join([chunk async for chunk in response.aiter_text()])
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    return [event["data"]["newest"] for event in events]


async def test_a_subscription_is_completed_by_other_subgraphs(
    urls: dict[str, str], tmp_path: Path
) -> None:
    entries: list[dict[str, object]] = [
        {"name": name, "url": url, "subscriptions_url": url.replace("http", "ws")}
        for name, url in urls.items()
    ]
    async with running("--subgraphs", listed(tmp_path, entries)) as gateway:
        assert await newest(gateway) == ANSWER["products"]


async def test_a_ready_supergraph_may_have_its_subscriptions_elsewhere(
    urls: dict[str, str], tmp_path: Path
) -> None:
    parts = [Subgraph(name, await sdl_of(url), url) for name, url in urls.items()]
    file = tmp_path / "supergraph.graphql"
    file.write_text(print_supergraph(compose(parts)))
    elsewhere = f"products={urls['products'].replace('http', 'ws')}"
    async with running("--supergraph", file, "--subscriptions-url", elsewhere) as gateway:
        assert await newest(gateway) == ANSWER["products"]


async def test_errors_are_masked_with_a_reference_that_finds_them_in_the_log(
    urls: dict[str, str], tmp_path: Path
) -> None:
    async with running("--subgraphs", by_url(tmp_path, urls), "--log-json") as gateway:
        await until(ready(gateway))
        masked = await gateway.ask("{ failing }")
        log = await gateway.log()
    assert "db-7" not in json.dumps(masked)
    reference = masked["errors"][0]["extensions"]["reference"]
    (line,) = (one for one in map(json.loads, log.splitlines()) if "db-7" in json.dumps(one))
    assert line["reference"] == reference


async def test_errors_are_shown_where_they_are_to_be(urls: dict[str, str], tmp_path: Path) -> None:
    async with running("--subgraphs", by_url(tmp_path, urls), "--show-errors") as gateway:
        await until(ready(gateway))
        assert "db-7" in json.dumps(await gateway.ask("{ failing }"))


async def test_the_schema_can_be_kept_to_oneself(urls: dict[str, str], tmp_path: Path) -> None:
    options = ("--no-introspection", "--no-explorer", "--max-depth", "2")
    async with running("--subgraphs", by_url(tmp_path, urls), *options) as gateway:
        await until(ready(gateway))
        answer = await gateway.ask('{ __type(name: "Query") { name } }')
        assert answer["errors"][0]["extensions"]["code"] == "INTROSPECTION_DISABLED"
        assert await gateway.ask("{ __typename }") == {"data": {"__typename": "Query"}}
        page = await gateway.client.get("/graphql", headers={"accept": "text/html"})
        assert page.status_code != 200
        deep = await gateway.ask(QUERY)
        assert "data" not in deep


async def test_a_file_is_refused_with_advice(gateway: Gateway) -> None:
    answer = await gateway.client.post("/graphql", files={"0": b"solid"})
    assert answer.status_code == 415
    assert "over HTTP" in answer.json()["errors"][0]["message"]


async def test_what_is_deferred_comes_later_in_a_part_of_its_own(gateway: Gateway) -> None:
    query = "{ products { name ... @defer { reviews { text } } } }"
    accept = {"accept": "multipart/mixed;deferSpec=20220824"}
    answer = await gateway.client.post("/graphql", json={"query": query}, headers=accept)
    assert answer.headers["content-type"].startswith("multipart/mixed")
    parts = [json.loads(line) for line in answer.text.splitlines() if line.startswith("{")]
    assert parts[0]["data"] == {"products": [{"name": "Bracket"}, {"name": "Gear"}]}
    later = [one["data"] for part in parts[1:] for one in part.get("incremental", ())]
    assert {"reviews": [{"text": "of 1"}]} in later
    assert parts[-1]["hasNext"] is False


async def test_a_bearer_token_opens_what_its_scopes_allow(
    urls: dict[str, str], tmp_path: Path
) -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(public)
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", '
    sdl = (await sdl_of(urls["products"])).partition("\n\n")[2]
    guarded = sdl.replace("failing: String", "failing: String @authenticated")
    products = {"url": urls["products"], "sdl": f'{link}"@authenticated"])\n\n{guarded}'}
    file = listed(tmp_path, [{"name": "products", **products}])
    async with running("--subgraphs", file, "--jwt-key", tmp_path / "key.pem") as gateway:
        stranger = await gateway.ask("{ failing }")
        assert stranger["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
        token = jwt.encode({"sub": "ada"}, private, algorithm="EdDSA")
        known = await gateway.ask("{ failing }", {"authorization": f"Bearer {token}"})
        assert known["errors"][0]["extensions"]["code"] == "INTERNAL"
        answer = await gateway.client.post(
            "/graphql",
            json={"query": "{ failing }"},
            headers={"authorization": f"Bearer {token}x"},
        )
        assert answer.status_code == 401


async def test_with_only_trusted_documents_no_text_is_executed(
    urls: dict[str, str], tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"all-products": QUERY}))
    options = ("--trusted-documents", manifest, "--only-trusted")
    async with running("--subgraphs", by_url(tmp_path, urls), *options) as gateway:
        await until(ready(gateway))
        answer = await gateway.client.post("/graphql", json={"documentId": "all-products"})
        assert answer.json() == {"data": ANSWER}
        assert "data" not in await gateway.ask(QUERY)


async def test_what_is_under_way_at_sigterm_is_finished(
    urls: dict[str, str], tmp_path: Path
) -> None:
    subgraphs.TURNSTILE.arrived.clear()
    subgraphs.TURNSTILE.opened.clear()
    async with running("--subgraphs", by_url(tmp_path, urls)) as gateway:
        await until(ready(gateway))
        under_way = asyncio.create_task(gateway.ask("{ slow }"))
        await subgraphs.TURNSTILE.arrived.wait()
        gateway.terminate()
        await until(lambda: refuses_connections(gateway))
        subgraphs.TURNSTILE.opened.set()
        assert await under_way == {"data": {"slow": "done"}}
        assert await soon("the end of the gateway", gateway.process.wait()) == 0


async def refuses_connections(gateway: Gateway) -> bool:
    try:
        async with httpx.AsyncClient(base_url=gateway.client.base_url) as fresh:
            await fresh.get("/ready")
    except httpx.TransportError:
        return True
    return False
