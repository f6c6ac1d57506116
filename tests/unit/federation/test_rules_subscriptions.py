"""Rules about subscriptions: events of one subgraph, completed by the others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.federation import Engine, FetchRequest
from tests.unit.federation.rule import Rule
from tests.unit.federation.service import Service
from tests.unit.federation.world import JsonObject, Ref

P = Ref("P")
GRAPH = Rule(
    "",
    {
        "a": """type Query { p: P } type Subscription { p(id: ID): P any: Any node: Node n: Int! }
            union Any = P | U interface Node { id: ID! }
            type P implements Node @key(fields: "id") { id: ID! name: String }
            type U implements Node @key(fields: "id") { id: ID! mail: String }""",
        "b": """type P @key(fields: "id") { id: ID! name: String @external size: Int
              label: String @requires(fields: "name") by: U must: Int! }
            type U @key(fields: "id") { id: ID! name: String }""",
        "c": """type Subscription { other: Int }""",
    },
    {
        "Query": [{"p": P}],
        "P": [
            {"id": "1", "name": "N", "size": 1, "by": Ref("U"), "must": 1},
            {"id": "2", "name": "M", "size": None, "by": None, "must": None},
        ],
        "U": [{"id": "u", "mail": "m", "name": "Ann"}],
    },
    (),
)


async def heard(
    query: str,
    events: list[JsonObject],
    variables: JsonObject | None = None,
    down: str = "",
) -> list[Any]:
    """The responses to a subscription whose subgraph has these events."""
    supergraph = GRAPH.composed()
    world = GRAPH.world()
    services = {name: Service(name, GRAPH.sdl(name), world) for name in GRAPH.subgraphs}

    async def fetch(name: str, request: FetchRequest) -> JsonObject:
        if name == down:
            raise ConnectionError(name)
        return await services[name].fetch(request)

    async def subscribe(name: str, request: FetchRequest) -> AsyncIterator[JsonObject]:
        for event in events:
            world.types["Subscription"] = [dict(event)]
            yield await services[name].fetch(request)

    engine = Engine(supergraph, fetch, subscribe=subscribe)
    answers = [answer.as_dict() async for answer in engine.subscribe(query, variables)]
    assert not [line for one in services.values() for line in one.refusals]
    return answers


async def test_each_event_is_completed_by_other_subgraphs() -> None:
    answers = await heard(
        "subscription { p { name size label by { name mail } } }",
        [{"p": P}, {"p": Ref("P", 1)}, {"p": None}],
    )
    assert answers == [
        {"data": {"p": {"name": "N", "size": 1, "label": '{"name": "N"}',
                        "by": {"name": "Ann", "mail": "m"}}}},
        {"data": {"p": {"name": "M", "size": None, "label": '{"name": "M"}', "by": None}}},
        {"data": {"p": None}},
    ]  # fmt: skip


async def test_events_may_be_of_abstract_types() -> None:
    query = """subscription { any { __typename ... on P { size } ... on U { mail name } } }"""
    assert await heard(query, [{"any": Ref("U")}, {"any": P}]) == [
        {"data": {"any": {"__typename": "U", "mail": "m", "name": "Ann"}}},
        {"data": {"any": {"__typename": "P", "size": 1}}},
    ]
    query = "subscription { n: node { id ... on P { by { name } } } }"
    assert await heard(query, [{"node": P}]) == [
        {"data": {"n": {"id": "1", "by": {"name": "Ann"}}}}
    ]


async def test_names_variables_and_conditions_hold_for_events() -> None:
    query = """subscription S($id: ID, $s: Boolean!) { x: p(id: $id) { id: name
      size @skip(if: $s) by @include(if: $s) { id: name } } }"""
    events: list[JsonObject] = [{"p": lambda **by: P if by["id"] == "7" else None}]
    assert await heard(query, events, {"id": 7, "s": True}) == [
        {"data": {"x": {"id": "N", "by": {"id": "Ann"}}}}
    ]
    assert await heard(query, events, {"id": 7, "s": False}) == [
        {"data": {"x": {"id": "N", "size": 1}}}
    ]


async def test_an_error_costs_its_event_only() -> None:
    events: list[JsonObject] = [{"n": ValueError("no")}, {"n": 2}]
    first, second = await heard("subscription { n }", events)
    assert first["data"] is None
    assert [error["path"] for error in first["errors"]] == [["n"]]
    assert second == {"data": {"n": 2}}


async def test_nulls_go_up_within_an_event() -> None:
    first, second = await heard("subscription { p { must } }", [{"p": Ref("P", 1)}, {"p": P}])
    assert first["data"] == {"p": None}
    assert first["errors"][0]["path"] == ["p", "must"]
    assert second == {"data": {"p": {"must": 1}}}


async def test_a_subgraph_that_is_away_costs_its_fields_of_each_event() -> None:
    answers = await heard("subscription { p { id size } }", [{"p": P}, {"p": P}], down="b")
    assert [answer["data"] for answer in answers] == [{"p": {"id": "1", "size": None}}] * 2
    assert all(answer["errors"][0]["path"] == ["p"] for answer in answers)


async def test_a_stream_without_events_ends() -> None:
    assert await heard("subscription { n }", []) == []


@pytest.mark.parametrize(
    "query",
    [
        "subscription { n x: n }",
        "subscription { p { id } n }",
        "subscription { __typename }",
        "subscription { n other }",
        "subscription { ...F } fragment F on Subscription { n other }",
    ],
)
async def test_a_subscription_has_exactly_one_root_field(query: str) -> None:
    await GRAPH.refused(query, "GRAPHQL_VALIDATION_FAILED")


async def test_a_repeated_field_is_one() -> None:
    query = "subscription { p { id } ...F } fragment F on Subscription { p { name } }"
    assert await heard(query, [{"p": P}]) == [{"data": {"p": {"id": "1", "name": "N"}}}]
