"""The compiled projector: the source that is generated, what it makes, and what it finds wrong."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from gateway.federation.execution.flaws import flaws
from gateway.federation.execution.projector import compile_projector
from gateway.federation.execution.shapes import (
    AbstractShape,
    LeafShape,
    ListShape,
    ObjectShape,
    Shape,
    ShapeField,
)

TEXT, NUMBER, OPAQUE = LeafShape("String"), LeafShape("Int"), LeafShape()
IF_A = frozenset({("a", True)})


def field(key: str, shape: Shape, *, required: bool = False, **more: Any) -> ShapeField:
    return ShapeField(key, more.pop("data_key", key), shape, required, **more)


def shape(*fields: ShapeField, shared: bool = False) -> ObjectShape:
    return ObjectShape(list(fields), shared)


def projected(made: ObjectShape, data: Any, **variables: Any) -> Any:
    return compile_projector(made).run(data, variables)[0]


def test_fields_are_renamed_ordered_and_left_out() -> None:
    made = shape(field("b", TEXT, data_key="x"), field("a", OPAQUE))
    assert list(projected(made, {"a": 1, "x": "t", "key": 7}).items()) == [("b", "t"), ("a", 1)]


@pytest.mark.parametrize(
    ("scalar", "value", "result"),
    [
        ("Int", 2**31 - 1, 2**31 - 1),
        ("Int", 2**31, None),
        ("Int", 5.0, 5),
        ("Int", 1.5, None),
        ("Int", {"no": 1}, None),
        ("Float", 1, 1),
        ("Float", 1.5, 1.5),
        ("Float", [], None),
        ("Boolean", True, True),
        ("Boolean", "true", None),
        ("String", "s", "s"),
        ("String", {"an": "object"}, None),
        ("ID", 7, "7"),
        ("ID", "7", "7"),
        ("ID", True, None),
    ],
)
def test_leaves_are_held_to_their_types(scalar: str, value: object, result: object) -> None:
    made = compile_projector(shape(field("f", LeafShape(scalar))))
    answer, flawed = made.run({"f": value}, {})
    assert answer == {"f": result}
    assert flawed is (result is None)
    listed = compile_projector(shape(field("f", ListShape(LeafShape(scalar), False))))
    assert listed.run({"f": [value, None]}, {}) == ({"f": [result, None]}, result is None)


def test_values_of_an_enum_that_clients_may_not_see_are_null() -> None:
    made = shape(field("e", LeafShape(allowed=frozenset({"A"}))))
    assert [projected(made, {"e": value}) for value in ("A", "HIDDEN", ["A"], None)] == [
        {"e": "A"},
        {"e": None},
        {"e": None},
        {"e": None},
    ]


def test_a_null_takes_everything_up_to_where_null_may_be() -> None:
    item = shape(field("id", TEXT, required=True))
    strict = shape(field("items", ListShape(item, True), required=True))
    lenient = shape(field("items", ListShape(item, False)))
    data = {"items": [{"id": "1"}, {}, None]}
    assert projected(lenient, data) == {"items": [{"id": "1"}, None, None]}
    assert projected(strict, data) is None


def test_what_appears_again_is_encoded_once_for_all_its_places() -> None:
    inner = shape(field("id", TEXT), field("n", NUMBER), shared=True)
    made = shape(field("l", ListShape(shape(field("o", inner), shared=True), False)))
    one: dict[str, Any] = {"o": {"id": "ä", "n": 1}}
    other: dict[str, Any] = {"o": one["o"]}
    data: dict[str, Any] = {"l": [one, other, one, one, other, {"o": None}]}
    plain, _ = compile_projector(made).run(data, {})
    spliced, _ = compile_projector(made).run(data, {}, spliced=True)
    assert plain == data
    assert spliced is not None
    assert orjson.dumps(spliced) == orjson.dumps(data)
    kinds = [type(item).__name__ for item in spliced["l"]]  # type: ignore[attr-defined]
    assert kinds == ["dict", "dict", "Fragment", "Fragment", "Fragment", "dict"]


def test_what_is_no_object_or_list_is_null_and_told() -> None:
    made = shape(
        field("o", shape(field("x", OPAQUE))),
        field("l", ListShape(OPAQUE, False)),
        field("n", TEXT),
    )
    data: dict[str, Any] = {"o": ["x"], "l": {"x": 1}, "n": None}
    assert compile_projector(made).run(data, {}) == ({"o": None, "l": None, "n": None}, True)
    assert [(one.path, one.is_null) for one in flaws(made, data, {}, 100)] == [
        (("o",), False),
        (("l",), False),
    ]


def test_conditions_decide_on_fields_and_the_first_that_holds_on_their_place() -> None:
    made = shape(
        field("k", OPAQUE, conditions=IF_A), field("x", OPAQUE), field("k", OPAQUE, data_key="k2")
    )
    data = {"k": 1, "x": 2, "k2": 3}
    assert list(projected(made, data, a=True).items()) == [("k", 1), ("x", 2)]
    assert list(projected(made, data, a=False).items()) == [("x", 2), ("k", 3)]


def test_each_type_has_its_own_fields_and_unknown_types_are_null() -> None:
    book = shape(field("t", OPAQUE, typename="Book"), field("pages", NUMBER))
    made = shape(field("m", AbstractShape({"Book": book}, shape(), (frozenset(),))))
    assert projected(made, {"m": {"__typename": "Book", "pages": 3}}) == {
        "m": {"t": "Book", "pages": 3}
    }
    for lost in ({"__typename": "Hidden"}, {"__typename": ["Book"]}, {}):
        assert projected(made, {"m": lost}) == {"m": None}


def test_an_object_in_many_places_is_made_once() -> None:
    item = shape(field("x", OPAQUE), shared=True)
    made = shape(field("l", ListShape(item, False)))
    one = {"x": 1}
    first, second, third = projected(made, {"l": [one, one, {"x": 1}]})["l"]
    assert first is second
    assert first is not third
    assert first == third


def test_no_text_of_an_operation_or_schema_is_ever_run() -> None:
    # Names cannot look like this, but were they let through, they would still be literals.
    evil = "x'\"\\\n); raise SystemExit #"
    types = {evil: shape(field(evil, TEXT, typename=evil))}
    made = shape(
        field(evil, TEXT, required=True, other_keys=(evil,)),
        field("m", AbstractShape(types, shape())),
    )
    assert projected(made, {evil: "v", "m": {"__typename": evil}}) == {
        evil: "v",
        "m": {evil: evil},
    }


def test_equal_objects_share_one_function() -> None:
    types = {name: shape(field("id", TEXT)) for name in ("A", "B", "C")}
    source = compile_projector(shape(field("m", AbstractShape(types, shape())))).source
    assert source.count("get('id')") == 1


def random_shape(chance: random.Random, depth: int) -> Shape:
    kind = chance.randrange(4 if depth else 1)
    if kind == 0:
        return chance.choice([TEXT, NUMBER, OPAQUE, LeafShape(allowed=frozenset({"A"}))])
    if kind == 1:
        return ListShape(random_shape(chance, depth - 1), chance.random() < 0.4)
    return random_object(chance, depth)


def random_object(chance: random.Random, depth: int) -> ObjectShape:
    return shape(
        *(
            field(f"f{number}", random_shape(chance, depth - 1), required=chance.random() < 0.3)
            for number in range(chance.randrange(1, 4))
        )
    )


def random_value(chance: random.Random, of: Shape) -> object:
    if chance.random() < 0.08:
        return chance.choice([None, 5, "A", [], {}])
    if isinstance(of, LeafShape):
        return chance.choice([3, "B"]) if of.allowed is None else "A"
    if isinstance(of, ListShape):
        return [random_value(chance, of.item) for _ in range(chance.randrange(3))]
    assert isinstance(of, ObjectShape)
    return {one.key: random_value(chance, one.shape) for one in of.fields}


def test_what_is_wrong_is_told_exactly_when_something_is() -> None:
    wrong = 0
    for seed in range(600):
        chance = random.Random(seed)
        made = random_object(chance, 3)
        data: Any = {one.key: random_value(chance, one.shape) for one in made.fields}
        answer, flawed = compile_projector(made).run(data, {})
        found = flaws(made, data, {}, 1_000)
        assert flawed is bool(found), seed
        if answer is not None:
            assert all(_at(answer, one.path) is None for one in found), seed
        wrong += flawed
    assert 100 < wrong < 500


def _at(answer: Any, path: tuple[str | int, ...]) -> object:
    for step in path:
        if answer is None:
            return None
        answer = answer[step]
    return answer
