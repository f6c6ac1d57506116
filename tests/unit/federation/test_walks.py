"""The compiled ways to entities, and the representations made of what is found."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.federation.execution.representations import IncompleteError, compile_maker
from gateway.federation.execution.walks import compile_walk, walk_source
from gateway.federation.planning.fetch import RepresentationField, Template
from gateway.federation.planning.path import Path, PathElement
from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref


def walked(path: Path, data: dict[str, Any], *folded: tuple[str, ...]) -> list[Any]:
    return [item for _, _, item in compile_walk(path, frozenset(folded))((data,))]


def test_nulls_and_what_is_no_object_are_passed_over() -> None:
    path = (PathElement("a", 1), PathElement("b"))
    data = {"a": [{"b": {"n": 1}}, None, {"b": None}, {}, 5, {"b": [1]}, {"b": {"n": 2}}]}
    assert walked(path, data) == [{"n": 1}, {"n": 2}]
    assert walked(path, {}) == []
    assert walked(path, {"a": {"b": {}}}) == []


def test_lists_of_lists_are_entered_as_deep_as_they_are() -> None:
    path = (PathElement("a", 2),)
    assert walked(path, {"a": [[{"n": 1}], None, [None, {"n": 2}], {"n": 3}]}) == [
        {"n": 1},
        {"n": 2},
    ]


def test_only_objects_of_the_types_of_the_path_count() -> None:
    path = (PathElement("a", 1), PathElement("b", 0, frozenset({"T", "U"})))
    data = {"a": [{"__typename": name, "b": {"n": name}} for name in ("T", "V", "U")]}
    assert walked(path, data) == [{"n": "T"}, {"n": "U"}]


def test_a_path_may_lead_through_more_lists_than_python_lets_loops_be_nested() -> None:
    data: dict[str, Any] = {"n": 1}
    for _ in range(50):
        data = {"a": [data, data]} if "n" in data else {"a": [data]}
    assert walked((PathElement("a", 1),) * 50, data) == [{"n": 1}, {"n": 1}]


def test_what_lies_behind_an_object_in_many_places_is_walked_once() -> None:
    path = (PathElement("a", 1), PathElement("b"))
    one = {"b": {"n": 1}}
    assert walked(path, {"a": [one, one]}) == [{"n": 1}, {"n": 1}]
    assert walked(path, {"a": [one, one]}, ("a",)) == [{"n": 1}]


def test_a_place_is_told_with_its_holder() -> None:
    data: dict[str, Any] = {"a": [{"b": {"n": 1}}]}
    ((holder, key, item),) = compile_walk((PathElement("a", 1),), frozenset())((data,))
    assert isinstance(holder, list)
    assert isinstance(key, int)
    assert holder[key] is item


def test_names_get_into_the_source_as_literals_only() -> None:
    evil = "x'\"\\\n); raise SystemExit #"
    path = (PathElement(evil, 0, frozenset({evil})), PathElement(evil, 1))
    data = {"__typename": evil, evil: {evil: [{"n": 1}]}}
    assert walked(path, data) == [{"n": 1}]
    assert repr(evil) in walk_source(path, frozenset())
    maker = compile_maker({evil: Template(evil, {(evil, evil): RepresentationField(evil, evil)})})
    assert maker.make({"__typename": evil, evil: 1}, ()) == {"__typename": evil, evil: 1}


def test_a_representation_needs_its_key_and_all_that_is_required() -> None:
    key = RepresentationField("id", "id")
    price = RepresentationField("price", "_price", in_key=False)
    maker = compile_maker({None: Template("P", {("id", "id"): key, ("price", "_price"): price})})
    made = {"__typename": "P", "id": "1", "price": None}
    assert maker.make({"id": "1", "_price": None, "more": 1}, ()) == made
    for lacking in ({"id": "1"}, {"_price": 1}, {"id": None, "_price": 1}):
        with pytest.raises(IncompleteError):
            maker.make(lacking, ())


async def test_equal_entities_become_one_and_are_still_told_apart_in_errors() -> None:
    world = Federated(
        {
            "Query": [{"reviews": [Ref("Review", 0), Ref("Review", 1), Ref("Review", 2)]}],
            "Review": [
                {"id": str(number), "author": Ref("User", number // 2)} for number in range(3)
            ],
            "User": [
                {"id": "a", "name": ValueError("no name"), "friend": Ref("User", 1)},
                {"id": "b", "name": "Bo", "friend": Ref("User", 1)},
            ],
        },
        reviews="""
            type Query { reviews: [Review] }
            type Review @key(fields: "id") { id: ID! author: User }
            type User @key(fields: "id") { id: ID! friend: User }
        """,
        users="""type User @key(fields: "id") { id: ID! name: String }""",
    )
    query = "{ reviews { author { name friend { name } } } }"
    answer = await world.check(query, with_errors=True)
    assert [error["path"] for error in answer["errors"]] == [
        ["reviews", 0, "author", "name"],
        ["reviews", 1, "author", "name"],
    ]
