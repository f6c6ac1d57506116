"""What planning takes is bounded, whatever is asked: counted in steps, not in time."""

from __future__ import annotations

from functools import cache

import pytest

from gateway.federation import Engine, FetchRequest, OperationError, Subgraph, compose
from gateway.federation.graph import QueryGraph
from gateway.federation.operations.limits import Limits
from gateway.federation.operations.operation import read_operation
from gateway.federation.planning.fetch import SelectionNode
from gateway.federation.planning.planner import Planner
from gateway.federation.supergraph.model import Supergraph
from tests.unit.federation.servers import HEAD

_TYPES = 12
_SUBGRAPHS = 8


def _body(number: int) -> str:
    following = (number + 1) % _SUBGRAPHS
    types = [
        f"""type T{one} implements Node @key(fields: "id") {{
            id: ID! next: Node @shareable h: T{(one + 1) % _TYPES} @shareable
            f{number}: String r{number}: String @requires(fields: "f{following}")
            f{following}: String @external }}"""
        for one in range(_TYPES)
    ]
    heads = "type Query { shared: Node @shareable } interface Node { id: ID! next: Node }"
    return " ".join([heads, *types])


@cache
def _wide() -> Supergraph:
    """Twelve types behind an interface, each resolved by eight subgraphs with requirements."""
    return compose([Subgraph(f"s{one}", HEAD + _body(one)) for one in range(_SUBGRAPHS)])


@cache
def _alternating() -> Supergraph:
    """An interface whose fields are resolved here and there by turns."""
    names = [f"T{one}" for one in range(_TYPES)]
    bodies = {
        name: f"{root} interface Node {{ id: ID! {field}: Node }} "
        + " ".join(
            f'type {one} implements Node @key(fields: "id") {{ id: ID! {field}: Node }}'
            for one in names
        )
        for name, root, field in (
            ("a", "type Query { root: Node }", "down"),
            ("b", "", "up"),
        )
    }
    return compose([Subgraph(name, HEAD + body) for name, body in bodies.items()])


def _effort(supergraph: Supergraph, query: str) -> int:
    limits = Limits()
    operation = read_operation(query, None, supergraph, limits)
    return Planner(QueryGraph(supergraph), limits).plan(operation).effort


def _nested(name: str, depth: int, leaves: str) -> str:
    return f"{name} {{ {leaves} {_nested(name, depth - 1, leaves)} }}" if depth else "__typename"


def _of_all_types(*fields: str) -> str:
    return " ".join(f"... on T{one} {{ {' '.join(fields)} }}" for one in range(_TYPES))


async def _no_fetch(subgraph: str, request: FetchRequest) -> bytes:
    raise AssertionError(f"{subgraph} is not asked")


def test_effort_grows_with_the_depth_of_a_query_not_with_a_power_of_it() -> None:
    def effort(depth: int) -> int:
        inner = _nested("h", depth, "f0 f1 f2 f3 f4 f5 f6 f7")
        return _effort(_wide(), f"{{ shared {{ ... on T0 {{ {inner} }} }} }}")

    assert effort(24) < 3 * effort(12)


def test_effort_grows_with_the_number_of_fields_not_with_their_combinations() -> None:
    def effort(count: int) -> int:
        return _effort(
            _wide(), f"{{ shared {{ {_of_all_types(*(f'f{i}' for i in range(count)))} }} }}"
        )

    assert effort(8) < 4 * effort(4)


def test_requirements_of_many_types_are_found_with_bounded_effort() -> None:
    asked = _of_all_types(*(f"f{one} r{one}" for one in range(_SUBGRAPHS)))
    assert _effort(_wide(), f"{{ shared {{ {asked} }} }}") < 30_000


def test_interfaces_within_interfaces_are_not_planned_for_every_mixture_of_types() -> None:
    def effort(depth: int) -> int:
        return _effort(
            _alternating(), f"{{ root {{ {'up { down { ' * depth} id {' } }' * depth} }} }}"
        )

    assert effort(8) < 3 * effort(4)


def test_conditions_make_no_variants_of_a_plan() -> None:
    names = [f"c{one}" for one in range(24)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    parts = " ".join(
        f"... @include(if: ${name}) {{ shared {{ "
        f"... on T0 @skip(if: ${other}) {{ f{one % 8} }} }} }}"
        for one, (name, other) in enumerate(zip(names, names[1:] + names[:1], strict=True))
    )
    query = f"query ({declared}) {{ {parts} }}"
    assert _effort(_wide(), query) < 30_000
    assert len(Engine(_wide(), _no_fetch).plan(query).fetches) <= 2 * _SUBGRAPHS


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (
            "{ "
            + " ".join(
                f"a{one}: shared {{ id next {{ ... on T0 {{ f0 f1 f2 f3 r3 }} }} }}"
                for one in range(450)
            )
            + " }",
            "QUERY_PLAN_TOO_COMPLEX",
        ),
        (
            "{ shared { ...F0 } } "
            + " ".join(
                f"fragment F{one} on Node {{ a{one}: next {{ ...F{one + 1} }} "
                f"b{one}: next {{ ...F{one + 1} }} }}"
                for one in range(25)
            )
            + " fragment F25 on Node { id }",
            "OPERATION_TOO_LARGE",
        ),
        (f"{{ shared {{ {_nested('next', 200, 'id')} }} }}", "OPERATION_TOO_LARGE"),
    ],
)
def test_what_is_absurd_is_refused_with_advice(query: str, code: str) -> None:
    with pytest.raises(OperationError) as caught:
        Engine(_wide(), _no_fetch).plan(query)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_planner_never_takes_more_steps_than_it_may() -> None:
    query = f"{{ shared {{ {_of_all_types('f0 f3 r5')} }} }}"
    needed = _effort(_wide(), query)
    Engine(_wide(), _no_fetch, limits=Limits(planning_effort=needed)).plan(query)
    with pytest.raises(OperationError) as caught:
        Engine(_wide(), _no_fetch, limits=Limits(planning_effort=needed - 1)).plan(query)
    assert caught.value.problems[0].code == "QUERY_PLAN_TOO_COMPLEX"


def test_the_size_of_a_selection_counts_all_levels_and_types() -> None:
    node = SelectionNode()
    whole = node.add("a", "a", (), frozenset(), is_leaf=False)
    assert whole.children is not None
    whole.children.add("b", "b", (), frozenset(), is_leaf=True)
    node.fragment("T").add("c", "c", (), frozenset(), is_leaf=True)
    assert node.size() == 3
    node.fragment("U").become(node.fragment("T"))
    assert node.size() == 4
