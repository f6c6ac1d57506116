"""What is found to be wrong with a response: only what was asked for and is not there."""

from __future__ import annotations

from gateway.federation.execution.errors import subgraph_errors
from gateway.federation.execution.flaws import Flaw, flaws
from gateway.federation.execution.projector import compile_projector
from gateway.federation.execution.shapes import LeafShape, ListShape, ObjectShape, ShapeField

TEXT = LeafShape("String")
IF_A = frozenset({("a", True)})


def test_a_field_that_is_left_out_or_only_names_the_type_is_no_flaw() -> None:
    shape = ObjectShape(
        [
            ShapeField("kind", "kind", TEXT, True, typename="T"),
            ShapeField("left", "left", TEXT, True, conditions=IF_A),
            ShapeField("lost", "lost", TEXT, True),
        ]
    )
    lost = Flaw(("lost",), is_null=True)
    assert flaws(shape, {}, {"a": False}, 9) == [lost]
    assert flaws(shape, {}, {"a": True}, 9) == [Flaw(("left",), is_null=True), lost]


def test_a_field_that_is_selected_twice_has_one_flaw() -> None:
    twice = [ShapeField("x", "x", TEXT, True, conditions=IF_A), ShapeField("x", "x", TEXT, True)]
    for held in (True, False):
        assert len(flaws(ObjectShape(twice), {}, {"a": held}, 9)) == 1


def test_null_instead_of_an_object_or_a_list_is_no_flaw_and_other_things_are() -> None:
    inner = ObjectShape([ShapeField("x", "x", TEXT, False)])
    for shape in (inner, ListShape(inner, item_non_null=False)):
        projector = compile_projector(ObjectShape([ShapeField("t", "t", shape, False)]))
        assert projector.run({"t": None}, {}) == ({"t": None}, False)
        assert projector.run({"t": 5}, {}) == ({"t": None}, True)


class _Counting(frozenset[str]):
    """Values of an enum that count how often one is looked up."""

    looks = 0

    def __contains__(self, item: object) -> bool:
        _Counting.looks += 1
        return super().__contains__(item)


def test_a_field_that_two_conditions_want_is_made_once() -> None:
    leaf = LeafShape(allowed=_Counting(["RED"]))
    twice = [ShapeField("x", "x", leaf, False, conditions=IF_A), ShapeField("x", "x", leaf, False)]
    projector = compile_projector(ObjectShape(twice))
    _Counting.looks = 0
    assert projector.run({"x": "RED"}, {"a": True}) == ({"x": "RED"}, False)
    assert _Counting.looks == 1


def test_extensions_that_are_no_object_are_replaced() -> None:
    told = [{"message": "m", "extensions": "odd"}, {"message": "n", "extensions": {"code": "C"}}]
    found = subgraph_errors(told, "s", lambda path: [path])
    assert [error["extensions"] for error in found] == [
        {"code": "DOWNSTREAM_SERVICE_ERROR", "service": "s"},
        {"code": "C", "service": "s"},
    ]
