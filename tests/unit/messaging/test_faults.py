"""Which faults pass by themselves, and when to try again."""

import random

import asyncpg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.messaging.event import UnknownEvent
from shared.messaging.faults import is_infrastructure, is_permanent, retry_delay


@pytest.mark.parametrize("error", [Invalid("no"), UnknownEvent("Nothing")])
def test_a_broken_rule_is_permanent(error: Exception) -> None:
    assert is_permanent(error)
    assert not is_infrastructure(error)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("postgres is away"),
        asyncpg.ConnectionDoesNotExistError("closed in the middle"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.TooManyConnectionsError("full"),
        sa.exc.TimeoutError("pool is exhausted"),
        sa.exc.DBAPIError("select 1", {}, ConnectionResetError("gone")),
    ],
)
def test_a_database_that_is_away_says_nothing_about_the_event(error: Exception) -> None:
    assert is_infrastructure(error)
    assert not is_permanent(error)


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
