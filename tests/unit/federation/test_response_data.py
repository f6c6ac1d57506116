"""The data of a response while it grows: what is put in, and what becomes one."""

from __future__ import annotations

from typing import Any

from gateway.federation.execution.data import ResponseData


def test_an_answer_never_overwrites_what_is_there_but_fills_nulls() -> None:
    target: dict[str, Any] = {"a": 1, "b": None, "c": {"x": 1}, "d": [{"x": 1}, None]}
    ResponseData().put({"a": 2, "b": 2, "c": {"y": 2}, "d": [{"y": 2}, {"z": 3}]}, [target])
    assert target == {"a": 1, "b": 2, "c": {"x": 1, "y": 2}, "d": [{"x": 1, "y": 2}, {"z": 3}]}


def test_lists_of_other_lengths_stay_as_they_were() -> None:
    target: dict[str, Any] = {"d": [{"x": 1}]}
    ResponseData().put({"d": [{"y": 2}, {"y": 3}]}, [target])
    assert target == {"d": [{"x": 1}]}


def test_objects_become_one_only_where_no_fetch_is_on_its_way_for_them_or_within_them() -> None:
    data = ResponseData()
    data.begin([("a", "b"), ("c",)])
    assert not data.may_fold(("a",))
    assert not data.may_fold(("a", "b"))
    assert data.may_fold(("a", "b", "x"))
    assert data.may_fold(("a", "x"))
    data.end([("a", "b")])
    assert data.may_fold(("a",))
