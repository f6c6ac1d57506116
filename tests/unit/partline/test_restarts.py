"""When a process that ended is started again."""

from partline.supervisor.restarts import (
    FIRST_DELAY_SECONDS,
    LONGEST_DELAY_SECONDS,
    START_ATTEMPTS,
    STEADY_SECONDS,
    RestartHistory,
)


def test_the_first_end_is_followed_by_a_start_almost_at_once() -> None:
    assert RestartHistory().after_end(0).delay_seconds == FIRST_DELAY_SECONDS


def test_each_quick_end_doubles_the_delay_up_to_a_limit() -> None:
    history, delays = RestartHistory(), []
    for _ in range(12):
        history = history.after_end(0)
        delays.append(history.delay_seconds)
    assert delays[:3] == [0.25, 0.5, 1.0]
    assert delays[-1] == LONGEST_DELAY_SECONDS


def test_a_long_life_wipes_the_slate_clean() -> None:
    history = RestartHistory(quick_ends=9).after_end(STEADY_SECONDS)
    assert history == RestartHistory(quick_ends=1)


def test_a_start_that_keeps_failing_is_given_up() -> None:
    history = RestartHistory()
    for _ in range(START_ATTEMPTS):
        assert not history.hopeless
        history = history.after_end(0)
    assert history.hopeless
