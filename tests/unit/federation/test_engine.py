"""The engine: cache, limits, introspection, subscriptions, context."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import execute_sync, get_introspection_query, parse

from gateway.federation import Engine, FetchRequest, Limits, OperationError, compose
from tests.unit.federation.federated import Federated, subgraph
from tests.unit.federation.world import Ref


def simple(**options: Any) -> Engine:
    supergraph = compose(
        [
            subgraph(
                "a",
                "type Query { node: Node n(x: Int): Int } type Node { next: Node value: Int } "
                'type Subscription { tick: Item } type Item @key(fields: "id") { id: ID! }',
            ),
            subgraph("b", 'type Item @key(fields: "id") { id: ID! name: String }'),
        ]
    )

    async def fetch(name: str, request: FetchRequest) -> Any:
        if "_entities" in request.query:
            ids = [item["id"] for item in request.variables["representations"]]
            return {"data": {"_entities": [{"name": f"name {one}"} for one in ids]}}
        return {"data": {"n": 1, "node": None}}

    return Engine(supergraph, fetch, **options)


async def codes(engine: Engine, query: str, name: str | None = None) -> list[str]:
    answer: Any = await engine.execute(query, operation_name=name)
    assert "data" not in answer
    return [error["extensions"]["code"] for error in answer["errors"]]


async def test_an_operation_is_planned_once() -> None:
    engine = simple()
    assert engine.plan("{ n }") is engine.plan("{ n }")
    assert engine.plan("query A { n } query B { n }", "A") is not engine.plan(
        "query A { n } query B { n }", "B"
    )


async def test_what_is_wrong_with_an_operation_is_told() -> None:
    engine = simple()
    assert await codes(engine, "{ n") == ["GRAPHQL_PARSE_FAILED"]
    assert await codes(engine, "{ nope }") == ["GRAPHQL_VALIDATION_FAILED"]
    assert await codes(engine, "{ n(x: $y) }") == ["GRAPHQL_VALIDATION_FAILED"]
    assert await codes(engine, "query A { n } query B { n }") == ["OPERATION_RESOLUTION_FAILURE"]
    assert await codes(engine, "query A { n }", "C") == ["OPERATION_RESOLUTION_FAILURE"]
    assert await codes(engine, "{ ...F } fragment F on Query { ...F }") == [
        "GRAPHQL_VALIDATION_FAILED"
    ]
    assert await codes(engine, "subscription { tick { id } }") == ["SUBSCRIPTION_NOT_EXECUTABLE"]


def nested(depth: int) -> str:
    return "{ node " + "{ next " * depth + "{ value }" + "}" * depth + "}"


async def test_operations_over_a_limit_are_refused() -> None:
    engine = simple(limits=Limits(depth=10, fields=200, aliases=20, root_fields=30, tokens=2000))
    doubling = "query { ...F0 } " + " ".join(
        f"fragment F{one} on Query {{ ...F{one + 1} ...F{one + 1} }}" for one in range(30)
    )
    for query in (
        nested(20),
        "{ " + " ".join(f"a{one}: n" for one in range(25)) + " }",
        "{ " + " ".join("n" for _ in range(40)) + " }",
        "{ node { " + " ".join("value" for _ in range(300)) + " } }",
        doubling + " fragment F30 on Query { n }",
    ):
        assert await codes(engine, query) == ["OPERATION_TOO_LARGE"]
    assert await codes(engine, "{ " + "n " * 3000 + "}") == ["OPERATION_TOO_LARGE"]
    assert await codes(simple(limits=Limits(characters=10)), "{ n(x: 11111) }") == [
        "OPERATION_TOO_LARGE"
    ]


def wide_interface() -> Engine:
    kinds = " ".join(
        f'type T{one} implements N @key(fields: "id") {{ id: ID! next: [N] }}' for one in range(25)
    )
    more = " ".join(f'type T{one} @key(fields: "id") {{ id: ID! x: Int }}' for one in range(25))
    supergraph = compose(
        [
            subgraph("a", f"type Query {{ n: [N] }} interface N {{ id: ID! next: [N] }} {kinds}"),
            subgraph("b", more),
        ]
    )

    async def fetch(name: str, request: FetchRequest) -> Any:
        raise AssertionError

    return Engine(supergraph, fetch)


async def test_absurd_queries_on_abstract_types_are_planned_or_refused() -> None:
    engine = wide_interface()

    def selection(depth: int) -> str:
        inner = f"next {{ {selection(depth - 1)} }}" if depth else ""
        return "id " + " ".join(f"... on T{one} {{ x {inner} }}" for one in range(25))

    assert len(engine.plan(f"{{ n {{ {selection(0)} }} }}").fetches) == 2
    assert await codes(engine, f"{{ n {{ {selection(2)} }} }}") == ["OPERATION_TOO_LARGE"]


async def test_planning_gives_up_after_a_bounded_effort() -> None:
    engine = simple(limits=Limits(planning_effort=10))
    assert await codes(engine, nested(20)) == ["QUERY_PLAN_TOO_COMPLEX"]


async def test_introspection_is_answered_at_the_gateway() -> None:
    world = Federated(
        {"Query": [{"x": 1}]},
        a="type Query { x: Int secret: Int @inaccessible }",
    )
    answer = await world.engine.execute(get_introspection_query())
    expected = execute_sync(world.supergraph.api_schema, parse(get_introspection_query()))
    assert answer["data"] == expected.data
    assert not world.servers["a"].requests
    answer = await world.engine.execute(
        "query ($name: String!) { x ...F me: __typename } "
        "fragment F on Query { t: __type(name: $name) { ...G } } fragment G on __Type { name }",
        {"name": "Query"},
    )
    assert answer == {"data": {"x": 1, "t": {"name": "Query"}, "me": "Query"}}
    assert "secret" not in str(await world.engine.execute(get_introspection_query()))


async def test_the_context_reaches_every_fetch() -> None:
    contexts: list[object] = []
    world = Federated(
        {"Query": [{"t": Ref("T")}], "T": [{"id": "1", "x": 2}]},
        a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b='type T @key(fields: "id") { id: ID! x: Int }',
    )

    async def fetch(name: str, request: FetchRequest) -> Any:
        contexts.append(request.context)
        return await world.servers[name](request)

    who = object()
    await Engine(world.supergraph, fetch).execute("{ t { x } }", context=who)
    assert contexts == [who, who]


async def test_queries_may_be_repeated_and_mutations_may_not() -> None:
    supergraph = compose([subgraph("a", "type Query { q: Int } type Mutation { m: Int }")])
    seen: list[bool] = []

    async def fetch(name: str, request: FetchRequest) -> bytes:
        seen.append(request.is_query)
        return b'{"data": {"q": 1, "m": 2}}'

    engine = Engine(supergraph, fetch)
    assert await engine.execute_json("{ q }") == b'{"data":{"q":1}}'
    assert await engine.execute_json("mutation { m }") == b'{"data":{"m":2}}'
    assert seen == [True, False]


async def test_events_of_a_subscription_are_completed_by_other_subgraphs() -> None:
    requests: list[str] = []

    async def subscribe(name: str, request: FetchRequest) -> AsyncIterator[Any]:
        requests.append(request.query)
        yield {"data": {"t": {"id": "1"}}}
        yield b'{"data": {"t": null}, "errors": [{"message": "gone", "path": ["t"]}]}'
        yield {"data": {"t": {"id": "2"}}}

    engine = simple(subscribe=subscribe)
    events = [event async for event in engine.subscribe("subscription { t: tick { name } }")]
    assert requests[0].startswith("subscription")
    assert [event.data for event in events] == [
        {"t": {"name": "name 1"}},
        {"t": None},
        {"t": {"name": "name 2"}},
    ]
    assert events[1].errors[0]["path"] == ["t"]


async def test_an_answer_can_be_changed_before_it_is_encoded() -> None:
    engine = simple()
    answer = await engine.answer("{ n }")
    assert answer.plan is engine.plan("{ n }")
    assert answer.encode() == b'{"data":{"n":1}}'
    answer.errors.append({"message": "late"})
    answer.extensions["plan"] = str(answer.plan)
    assert list(answer.as_dict()) == ["data", "errors", "extensions"]


async def test_a_refused_operation_has_no_data_and_one_that_lost_it_has_null() -> None:
    async def fetch(name: str, request: FetchRequest) -> bytes:
        return b'{"data": {"q": null}}'

    engine = Engine(compose([subgraph("a", "type Query { q: Int! }")]), fetch)
    refused, lost = await engine.answer("{ nope }"), await engine.answer("{ q }")
    assert not refused.executed
    assert refused.plan is None
    assert "data" not in refused.as_dict()
    assert lost.executed
    assert lost.as_dict()["data"] is None


async def test_only_subscriptions_can_be_subscribed_to() -> None:
    with pytest.raises(OperationError):
        await anext(simple().subscribe("{ n }"))


async def test_a_label_decides_who_resolves_a_field_that_moves_step_by_step() -> None:
    supergraph = compose(
        [
            subgraph("old", 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'),
            subgraph(
                "new",
                'type T @key(fields: "id") '
                '{ id: ID! x: Int @override(from: "old", label: "percent(5)") }',
            ),
        ]
    )

    async def fetch(name: str, request: FetchRequest) -> Any:
        raise AssertionError

    plan = Engine(supergraph, fetch).plan("{ t { x } }")
    assert [one.subgraph for one in plan.fetches] == ["old"]
    moved = Engine(supergraph, fetch, override_labels=frozenset({"percent(5)"}))
    assert [one.subgraph for one in moved.plan("{ t { x } }").fetches] == ["old", "new"]


async def test_a_client_variable_may_be_called_representations() -> None:
    world = Federated(
        {
            "Query": [{"t": Ref("T")}],
            "T": [{"id": "1", "x": lambda n=0: n}],
        },
        a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b='type T @key(fields: "id") { id: ID! x(n: Int): Int }',
    )
    await world.check(
        "query ($representations: Int) { t { x(n: $representations) } }", {"representations": 4}
    )
