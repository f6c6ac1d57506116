"""How long failed background work waits before it is started again."""

from itertools import accumulate, repeat

from partline.wiring.background import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause_after


def test_work_that_fails_at_once_is_started_again_ever_later() -> None:
    pauses = list(accumulate(repeat(0.0, 10), pause_after, initial=FIRST_PAUSE_SECONDS))
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_work_that_ran_well_for_long_is_started_again_soon() -> None:
    assert pause_after(None, 0.0) == FIRST_PAUSE_SECONDS
    assert pause_after(LONGEST_PAUSE_SECONDS, 3_600.0) == FIRST_PAUSE_SECONDS
