"""Which faults pass by themselves, and when to try again."""

import random

import asyncpg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from db.faults import DatabaseUnavailable
from shared.errors import Invalid
from shared.messaging.envelope import NotAnEvent
from shared.messaging.event import UnknownEvent
from shared.messaging.faults import (
    is_conflict,
    is_infrastructure,
    is_permanent,
    retry_delay,
)


@pytest.mark.parametrize("error", [Invalid("no"), UnknownEvent("Nothing"), NotAnEvent("[]")])
def test_a_broken_rule_is_permanent(error: Exception) -> None:
    assert is_permanent(error)
    assert not is_infrastructure(error)


@pytest.mark.parametrize(
    "error", [DatabaseUnavailable("gone"), sa.exc.TimeoutError("pool is exhausted")]
)
def test_a_database_that_is_away_says_nothing_about_the_event(error: Exception) -> None:
    assert is_infrastructure(error)
    assert not is_permanent(error)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("a printer is away"),
        TimeoutError("of the handler's own"),
        sa.exc.DBAPIError("select 1", {}, asyncpg.DataError("a number for a text")),
        asyncpg.InterfaceError("another operation is in progress"),
    ],
)
def test_what_a_handler_brings_about_itself_is_an_attempt_that_counts(error: Exception) -> None:
    assert not is_infrastructure(error)
    assert not is_permanent(error)


@pytest.mark.parametrize(
    ("state", "conflicts"), [("40001", True), ("40P01", True), ("23505", False), (None, False)]
)
def test_what_postgres_gave_up_for_another_transaction_is_run_again(
    state: str | None, conflicts: bool
) -> None:
    given_up = asyncpg.PostgresError("given up")
    given_up.sqlstate = state
    assert is_conflict(sa.exc.DBAPIError("select 1", {}, given_up)) is conflicts
    assert not is_conflict(given_up)


def test_a_fault_of_the_code_is_neither_and_will_be_tried_again() -> None:
    assert not is_permanent(ZeroDivisionError())
    assert not is_infrastructure(ZeroDivisionError())
    assert not is_infrastructure(asyncpg.UniqueViolationError("twice"))


@given(st.integers(min_value=1, max_value=50), st.integers())
def test_the_next_attempt_is_never_later_than_five_minutes(attempts: int, seed: int) -> None:
    assert 0 <= retry_delay(attempts, random.Random(seed)) <= 300


def test_attempts_spread_out_as_they_grow() -> None:
    chance = random.Random(1)
    means = [sum(retry_delay(n, chance) for _ in range(400)) / 400 for n in (1, 4, 7)]
    assert means == sorted(means)
    assert means[2] > 10 * means[0]
