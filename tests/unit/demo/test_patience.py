"""Waiting for a system whose parts may die."""

from io import StringIO

import pytest
from rich.console import Console

from partline.demo.outcome import Ended, OutOfReach
from partline.demo.patience import Patience
from partline.demo.teller import Teller


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def patience(seconds: float) -> tuple[Patience, Clock]:
    clock = Clock()
    teller = Teller(Console(file=StringIO()))
    return Patience(seconds, teller, clock=clock, sleep=clock.sleep), clock


async def test_what_is_there_at_once_is_not_waited_for() -> None:
    waiting, clock = patience(10)

    async def look() -> str:
        return "there"

    assert await waiting.until("it", look) == "there"
    assert clock.now == 0


async def test_a_part_that_is_away_for_a_while_is_waited_out() -> None:
    waiting, clock = patience(60)

    async def look() -> str | None:
        if clock.now < 20:
            raise OutOfReach("connection refused")
        return "back" if clock.now > 25 else None

    assert await waiting.until("it", look) == "back"


async def test_the_limit_says_what_was_waited_for_and_the_last_trouble() -> None:
    waiting, clock = patience(5)

    async def look() -> None:
        raise OutOfReach("connection refused")

    with pytest.raises(Ended, match=r"waiting for the price\..*connection refused"):
        await waiting.until("the price", look)
    assert clock.now < 7


async def test_the_limit_is_one_for_all_steps_together() -> None:
    waiting, clock = patience(5)

    async def soon() -> bool | None:
        return clock.now > 4 or None

    async def never() -> None:
        return None

    assert await waiting.until("one", soon)
    with pytest.raises(Ended, match="waiting for two"):
        await waiting.until("two", never)
    assert clock.now < 7


async def test_an_order_that_is_rejected_is_not_waited_for() -> None:
    waiting, clock = patience(100)

    async def look() -> None:
        raise Ended("it is rejected")

    with pytest.raises(Ended, match="it is rejected"):
        await waiting.until("it", look)
    assert clock.now == 0
