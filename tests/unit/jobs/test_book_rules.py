"""A price book that breaks a rule is told which field, in a sentence."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType, ModuleType
from typing import Any

import pytest

from jobs.pricing import PriceBook, book_agreements, book_faults, book_rules
from jobs.pricing.book_faults import BookInvalid
from jobs.pricing.book_rules import check, faults_of
from tests.unit.jobs.broken_books import BOOK, BROKEN


def test_the_book_of_a_new_installation_breaks_no_rule() -> None:
    check(BOOK)


@pytest.mark.parametrize(
    ("field", "book", "says"), BROKEN, ids=[f"{n}-{case[0]}" for n, case in enumerate(BROKEN)]
)
def test_a_broken_rule_names_its_field_and_says_what_it_must_be(
    field: str, book: PriceBook, says: str
) -> None:
    faults = faults_of(book)
    named = [fault for fault in faults if fault.field == field]
    assert named, faults
    assert any(says in fault.sentence for fault in named)
    assert all(fault.sentence.endswith(".") for fault in faults)
    with pytest.raises(BookInvalid):
        check(book)


def test_all_that_is_wrong_is_told_at_once() -> None:
    fields = {fault.field for fault in faults_of(replace(BOOK, tax_percent=-1.0, floor_minor=-1))}
    assert fields == {"tax_percent", "floor_minor"}


@pytest.mark.parametrize(
    "module", [book_agreements, book_faults, book_rules], ids=lambda m: m.__name__
)
def test_every_rule_has_a_book_that_breaks_it(module: ModuleType) -> None:
    source = inspect.getsource(module)
    rules = {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Yield)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "Fault"
    }
    assert rules
    with lines_run(str(module.__file__)) as ran:
        for _, book, _ in BROKEN:
            faults_of(book)
    assert rules <= ran, sorted(rules - ran)


@contextmanager
def lines_run(path: str) -> Iterator[set[int]]:
    """The numbers of the lines of a file that run meanwhile."""
    ran: set[int] = set()

    def trace(frame: FrameType, _: str, __: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != path:
            return None
        ran.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield ran
    finally:
        sys.settrace(before)
