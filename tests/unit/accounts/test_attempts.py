from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.accounts.session.attempts import FREE_ATTEMPTS, waiting_time

LAST = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("failures", range(FREE_ATTEMPTS))
def test_a_few_wrong_passwords_cost_no_wait(failures: int) -> None:
    assert waiting_time(failures, LAST, LAST) == timedelta(0)


def test_the_wait_doubles_with_each_further_failure() -> None:
    waits = [waiting_time(FREE_ATTEMPTS + n, LAST, LAST).total_seconds() for n in range(4)]
    assert waits == [2, 4, 8, 16]


def test_nobody_waits_longer_than_a_quarter_of_an_hour() -> None:
    assert waiting_time(10_000, LAST, LAST) == timedelta(minutes=15)


def test_time_that_passed_is_taken_off() -> None:
    assert waiting_time(FREE_ATTEMPTS + 3, LAST, LAST + timedelta(seconds=10)) == timedelta(
        seconds=6
    )
    assert waiting_time(FREE_ATTEMPTS, LAST, LAST + timedelta(hours=1)) == timedelta(0)
