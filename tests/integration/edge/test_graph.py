"""The graph as the public asks it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
import strawberry
from redis.asyncio import Redis
from strawberry import federation

from gateway.edge.settings import EdgeSettings
from gateway.edge.transport.patience import Patience, Patiences
from shared.graphql import GraphQLEndpoint
from shared.graphql.schema import build_schema
from shared.identity import TokenVerifier
from tests.integration.accounts.service import Accounts
from tests.integration.edge.world import CatalogueQuery, Part, World, a_world, endpoint_of
from tests.runtimes import unconnected

ACROSS = "{ part { name left } me { name } shelves }"


@pytest_asyncio.fixture
async def world(accounts: Accounts, keys: tuple[str, str], redis: Redis) -> AsyncIterator[World]:
    async with a_world(accounts, keys, redis) as world:
        yield world


async def test_one_query_crosses_the_subgraphs(world: World) -> None:
    assert await world.ask(ACROSS) == {
        "data": {"part": {"name": "Bracket", "left": 7}, "me": None, "shelves": 3}
    }


async def test_a_subgraph_that_is_away_costs_its_own_fields_alone(world: World) -> None:
    world.transport.away.add("stock")
    answer = await world.ask("{ part { name left } }")
    assert answer["data"] == {"part": {"name": "Bracket", "left": None}}
    (error,) = answer["errors"]
    assert error["path"] == ["part", "left"] or error["path"] == ["part"]
    assert error["extensions"]["code"] == "SUBREQUEST_FAILED"
    assert UUID(error["extensions"]["reference"])
    assert "taken away" not in str(answer)


async def test_a_subgraph_that_fails_again_and_again_is_left_alone_for_a_while(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    patience = Patience(failures=3, rest=3600, longest_rest=3600)
    settings = EdgeSettings(
        signing_private_key="", patiences=Patiences(patience), sdl_poll_seconds=3600
    )
    async with a_world(accounts, keys, redis, settings=settings) as world:
        world.transport.away.add("stock")
        world.transport.sent.clear()
        for _ in range(5):
            answer = await world.ask("{ shelves }")
            assert answer["errors"][0]["extensions"]["code"] == "SUBREQUEST_FAILED"
        # Schemas are asked for as well, and not for a client.
        asked = [name for name, headers in world.transport.sent if "x-request-id" in headers]
        assert asked == ["stock"] * 3
        health = (await world.browser.get("/health")).json()
    assert list(health["left_alone"]) == ["stock"]


async def test_internal_fields_are_not_in_the_public_graph(world: World) -> None:
    answer = await world.ask('{ sessionIdentity(token: "x") { subject } }')
    assert "data" not in answer
    names = await world.ask("{ __schema { queryType { fields { name } } types { name } } }")
    assert "sessionIdentity" not in str(names)
    assert "IdentityGrant" not in str(names)
    assert "me" in str(names)


async def test_every_answer_carries_the_id_that_the_subgraph_logs(world: World) -> None:
    response = await world.post("{ asker }")
    assert response.json()["data"]["asker"].split()[2] == response.headers["x-request-id"]


async def test_a_fault_shows_a_reference_and_not_its_cause(world: World) -> None:
    response = await world.post("{ broken shelves }")
    (error,) = response.json()["errors"]
    assert response.json()["data"] == {"broken": None, "shelves": 3}
    assert error["extensions"]["reference"] == response.headers["x-request-id"]
    assert "secret" not in response.text


async def test_a_domain_error_reaches_the_client_with_its_code_and_details(world: World) -> None:
    (error,) = (await world.ask("{ missing }"))["errors"]
    assert error["message"] == "There is no such part. Look at the list."
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["extensions"]["reason"] == "deleted"


async def test_an_operation_that_does_not_fit_the_graph_names_what_is_wrong(world: World) -> None:
    answer = await world.ask("{ nothing }")
    assert "nothing" in answer["errors"][0]["message"]
    response = await world.post("{ nothing }", accept="application/graphql-response+json")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/graphql-response+json"


async def test_an_absurdly_deep_operation_is_refused(world: World) -> None:
    deep = "{ __schema { types " + "{ fields { type " * 60 + "{ name }" + "}}" * 60 + "}}"
    answer = await world.ask(deep)
    assert "data" not in answer


async def test_only_json_of_a_reasonable_size_is_read(world: World) -> None:
    form = await world.browser.post("/graphql", data={"query": "{ shelves }"})
    assert form.status_code == 415
    largest = EdgeSettings(signing_private_key="").answering.largest_body
    large = await world.post("{ shelves } #" + "x" * largest)
    assert (large.status_code, large.json()["errors"][0]["extensions"]["code"]) == (
        413,
        "BODY_TOO_LARGE",
    )
    batch = await world.browser.post("/graphql", json=[{"query": "{ shelves }"}])
    assert batch.json()["errors"][0]["extensions"]["code"] == "BATCHING_NOT_SUPPORTED"


@federation.type(name="Part", keys=["code"])
class RenamedPart:
    code: strawberry.ID
    name: int


@strawberry.type
class ClashingQuery:
    @strawberry.field
    def part(self) -> RenamedPart | None:
        return None

    @strawberry.field
    def shelves(self) -> str:
        return "three"


@strawberry.type
class LargerQuery(CatalogueQuery):
    @strawberry.field
    def novelty(self) -> str:
        return "new"


async def test_a_changed_schema_is_served_without_a_restart(
    world: World, accounts: Accounts, keys: tuple[str, str]
) -> None:
    assert "data" not in await world.ask("{ novelty }")
    schema = build_schema(query=LargerQuery, types=[Part])
    world.transport.replace("catalogue", endpoint_of("catalogue", schema, accounts, keys))
    await world.edge.registry.refresh()
    assert await world.ask("{ novelty }") == {"data": {"novelty": "new"}}


async def test_schemas_that_do_not_compose_leave_the_graph_as_it_was(
    world: World, accounts: Accounts, keys: tuple[str, str]
) -> None:
    schema = build_schema(query=ClashingQuery, types=[RenamedPart])
    world.transport.replace("catalogue", endpoint_of("catalogue", schema, accounts, keys))
    await world.edge.registry.refresh()
    assert (await world.ask("{ shelves }"))["data"] == {"shelves": 3}
    health = (await world.browser.get("/health")).json()
    assert health["graph"].startswith("does not compose; the graph before it is served")
    assert "shelves" in health["graph"]


async def test_a_subgraph_that_goes_away_keeps_its_place_in_the_graph(world: World) -> None:
    world.transport.away.add("stock")
    await world.edge.registry.refresh()
    assert (await world.ask("{ part { name } }"))["data"] == {"part": {"name": "Bracket"}}


async def test_a_gateway_that_starts_first_waits_and_says_for_whom(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis, away=frozenset({"stock"})) as world:
        waiting = await world.browser.get("/health")
        assert (waiting.status_code, waiting.json()["graph"]) == (503, "waits for stock")
        assert (await world.browser.get("/ready")).status_code == 503
        refused = await world.post("{ shelves }")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        world.transport.away.clear()
        await world.edge.registry.refresh()
        assert (await world.browser.get("/ready")).status_code == 200
        assert (await world.ask("{ shelves }"))["data"] == {"shelves": 3}


@pytest.mark.parametrize("name", ["accounts", "catalogue", "stock"])
async def test_health_names_whoever_is_away(world: World, name: str) -> None:
    world.transport.away.add(name)
    response = await world.browser.get("/health")
    assert response.status_code == 503
    assert [who for who, how in response.json()["subgraphs"].items() if how == "away"] == [name]


async def test_a_service_without_its_database_is_not_healthy(
    world: World, keys: tuple[str, str]
) -> None:
    nowhere = unconnected("stock")
    schema = world.transport.endpoint("stock").schema
    world.transport.replace(
        "stock", GraphQLEndpoint("stock", schema, TokenVerifier(keys[1]), nowhere)
    )
    response = await world.browser.get("/health")
    assert response.status_code == 503
    assert response.json()["subgraphs"]["stock"] == "away"


async def test_health_is_good_when_everybody_answers(world: World) -> None:
    response = await world.browser.get("/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "graph": "ok",
        "subgraphs": {"accounts": "ok", "catalogue": "ok", "stock": "ok"},
        "pages": "ok",
    }
