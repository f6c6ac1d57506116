"""Overrides that move a field step by step: who is asked is decided for each request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.federation import Engine, FetchRequest, Supergraph, compose
from gateway.federation.graph.override_labels import OverrideLabels, holding, percentage_of
from gateway.federation.operations.limits import Limits
from gateway.federation.operations.operation import read_operation
from tests.unit.federation.federated import subgraph


def moving(*labels: str) -> Supergraph:
    """A field for each label that moves from the subgraph `old` to `new` with it."""
    fields = " ".join(f"f{number}: Int" for number, _ in enumerate(labels))
    moved = " ".join(
        f'f{number}: Int @override(from: "old", label: "{label}")'
        for number, label in enumerate(labels)
    )
    return compose(
        [
            subgraph(
                "old",
                'type Query { t: T plain: Int } type T @key(fields: "id") '
                f"{{ id: ID! {fields} }}",
            ),
            subgraph("new", f'type T @key(fields: "id") {{ id: ID! {moved} }}'),
        ]
    )


class Asked:
    """An engine that notes who was asked for the field."""

    def __init__(
        self, supergraph: Supergraph, draws: Iterator[float] | None = None, **options: Any
    ) -> None:
        self.counts: Counter[str] = Counter()
        if draws is not None:
            options["chance"] = lambda: next(draws)
        self.engine = Engine(supergraph, self.fetch, **options)

    async def fetch(self, name: str, request: FetchRequest) -> Any:
        if "f0" in request.query:
            self.counts[name] += 1
        if "_entities" in request.query:
            return {"data": {"_entities": [{"f0": 1}]}}
        return {"data": {"t": {"id": "1", "__typename": "T", "f0": 1}}}

    async def ask(self, **options: Any) -> str:
        self.counts.clear()
        answer = await self.engine.execute("{ t { f0 } }", **options)
        assert answer == {"data": {"t": {"f0": 1}}}
        [name] = self.counts
        return name


async def test_a_share_of_the_requests_goes_to_the_new_subgraph() -> None:
    draws = [number / 100 for number in range(100)]
    asked = Asked(moving("percent(25)"), iter(draws))
    names = [await asked.ask() for _ in draws]
    assert Counter(names) == {"new": 25, "old": 75}


@pytest.mark.parametrize(("share", "owner"), [("0", "old"), ("100", "new"), ("100.0", "new")])
async def test_no_request_or_every_request(share: str, owner: str) -> None:
    asked = Asked(moving(f"percent({share})"), iter([0.0, 0.5, 0.999999999999]))
    assert [await asked.ask() for _ in range(3)] == [owner] * 3


async def test_fractions_of_a_percent_count() -> None:
    asked = Asked(moving("percent(0.5)"), iter([0.0049, 0.0051]))
    assert [await asked.ask() for _ in range(2)] == ["new", "old"]


async def test_other_labels_are_given_with_the_request_or_for_all_requests() -> None:
    asked = Asked(moving("beta"))
    assert await asked.ask() == "old"
    assert await asked.ask(override_labels=frozenset({"beta"})) == "new"
    assert await asked.ask(override_labels=frozenset({"other"})) == "old"
    always = Asked(moving("beta"), override_labels=frozenset({"beta"}))
    assert await always.ask() == "new"


async def test_a_share_that_is_given_as_a_label_holds_whatever_chance_says() -> None:
    asked = Asked(moving("percent(1)"), iter([0.9, 0.9]))
    assert await asked.ask(override_labels=frozenset({"percent(1)"})) == "new"
    assert await asked.ask() == "old"


def test_plans_differ_by_the_labels_that_the_operation_depends_on() -> None:
    engine = Asked(moving("beta", "gamma")).engine
    beta, both = frozenset({"beta"}), frozenset({"beta", "gamma"})
    query = "{ t { f0 } }"
    old, new = engine.plan(query), engine.plan(query, override_labels=beta)
    assert [one.subgraph for one in old.fetches] == ["old"]
    assert [one.subgraph for one in new.fetches] == ["old", "new"]
    assert engine.plan(query, override_labels=both) is not old
    assert engine.plan(query) is old
    plain = engine.plan("{ plain }")
    assert engine.plan("{ plain }", override_labels=both) is plain


def depends(supergraph: Supergraph, query: str) -> frozenset[str]:
    operation = read_operation(query, None, supergraph, Limits())
    return OverrideLabels(supergraph).of_operation(operation.root_type, operation.selections)


def test_an_operation_depends_on_labels_of_what_its_keys_and_requirements_go_through() -> None:
    supergraph = compose(
        [
            subgraph(
                "a",
                "type Query { p: P o: O n: Int } "
                'type P @key(fields: "o { id }") { o: O } '
                'type O @key(fields: "id") { id: ID! code: Int }',
            ),
            subgraph(
                "b",
                'type P @key(fields: "o { id }") { o: O @external x: Int } '
                'type O @key(fields: "id") '
                '{ id: ID! code: Int @override(from: "a", label: "beta") }',
            ),
        ]
    )
    assert depends(supergraph, "{ p { x } }") == {"beta"}
    assert depends(supergraph, "{ o { id } }") == {"beta"}
    assert depends(supergraph, "{ n }") == frozenset()


def test_one_draw_decides_all_shares_so_that_plans_stay_few() -> None:
    labels = [f"percent({share})" for share in (5, 20, 60)]
    sets = {holding(labels, (), draw / 1000) for draw in range(1000)}
    assert sets == {
        frozenset(labels),
        frozenset(labels[1:]),
        frozenset(labels[2:]),
        frozenset(),
    }


@pytest.mark.parametrize(
    ("label", "share"),
    [
        ("percent(5)", 5),
        ("percent(0.25)", 0.25),
        ("percent(100)", 100),
        ("percent(x)", 0),
        ("b", 0),
    ],
)
def test_only_labels_of_the_known_form_have_a_share(label: str, share: float) -> None:
    assert percentage_of(label) == share


async def test_supergraphs_without_labels_draw_nothing() -> None:
    def chance() -> float:
        raise AssertionError

    async def fetch(name: str, request: FetchRequest) -> Any:
        return {"data": {"n": 1}}

    engine = Engine(compose([subgraph("a", "type Query { n: Int }")]), fetch, chance=chance)
    assert await engine.execute("{ n }") == {"data": {"n": 1}}


def test_graphs_for_sets_of_labels_are_kept_in_a_bounded_number() -> None:
    labels = [f"l{number}" for number in range(40)]
    engine = Asked(moving(*labels)).engine
    for number in range(40):
        engine.plan(f"{{ t {{ f{number} }} }}", override_labels=frozenset({f"l{number}"}))
    assert len(engine._plans._maker._planners) == 16
