import pytest

from shared.live.hub import Follower
from shared.live.recent_changes import RecentChanges, told_from


class Clock:
    def __init__(self) -> None:
        self.now = 1000

    def __call__(self) -> int:
        return self.now


async def test_a_topic_that_changes_often_is_one_hint() -> None:
    follower = Follower(frozenset({"board"}))
    for _ in range(1000):
        follower.tell("board")
    assert await follower.next(60) == ["board"]


async def test_hints_come_in_the_order_of_the_changes() -> None:
    follower = Follower(frozenset({"a", "b"}))
    follower.tell("b")
    follower.tell("a")
    assert await follower.next(60) == ["b", "a"]


async def test_silence_is_told_so_that_the_line_can_be_kept_open() -> None:
    assert await Follower(frozenset({"a"})).next(0.001) == []


async def test_a_closed_line_ends_even_with_hints_in_it() -> None:
    follower = Follower(frozenset({"a"}))
    follower.tell("a")
    follower.close()
    assert await follower.next(60) is None
    assert await follower.next(60) is None


def test_a_page_is_told_what_changed_since_it_was_made() -> None:
    clock = Clock()
    memory = RecentChanges(clock=clock)
    clock.now = 2000
    memory.remember("a")
    assert memory.changed_after(1500, ["a", "b"]) == {"a"}
    assert memory.changed_after(2001, ["a", "b"]) == frozenset()


@pytest.mark.parametrize("gap", ["forget", "overflow"])
def test_of_what_lies_before_a_gap_everything_may_have_changed(gap: str) -> None:
    clock = Clock()
    memory = RecentChanges(most=1, clock=clock)
    clock.now = 3000
    memory.remember("a")
    if gap == "forget":
        memory.forget()
    else:
        memory.remember("b")
    assert memory.changed_after(2999, ["a", "c"]) == {"a", "c"}


@pytest.mark.parametrize("said", [None, "", "yesterday", "-5", "1e9", "9" * 16])
def test_a_page_that_does_not_say_when_it_was_made_is_taken_to_be_two_seconds_old(
    said: str | None,
) -> None:
    assert told_from(said, now=10_000) == 8_000


def test_a_page_or_a_returning_browser_is_taken_at_its_word() -> None:
    assert told_from("1234", now=10_000) == 1234
