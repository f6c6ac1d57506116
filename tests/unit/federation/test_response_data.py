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


def test_an_answer_for_an_object_that_became_another_reaches_that_one() -> None:
    one, other, third = {"id": "1"}, {"id": "1"}, {"id": "1"}
    data = ResponseData({"items": [one, other], "last": third})
    items = data.root["items"]
    assert isinstance(items, list)
    data.fold(items, 1, other, one)
    data.fold(data.root, "last", third, other)
    data.put({"name": "N"}, [other])
    data.put({"more": True}, [third])
    merged = {"id": "1", "name": "N", "more": True}
    assert data.root == {"items": [merged, merged], "last": {"id": "1"}}
    assert data.current(third) is one
