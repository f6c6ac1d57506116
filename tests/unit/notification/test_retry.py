"""When a message is tried again."""

from subgraphs.notification.sending.retry import RetrySchedule


def highest(_: float, high: float) -> float:
    return high


def lowest(low: float, _: float) -> float:
    return low


def test_the_limit_doubles_up_to_five_minutes() -> None:
    schedule = RetrySchedule()
    delays = [schedule.delay(attempts, highest) for attempts in range(1, 11)]
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_jitter_is_full() -> None:
    assert RetrySchedule().delay(5, lowest) == 0


def test_ten_attempts_are_enough() -> None:
    assert not RetrySchedule().exhausted(9)
    assert RetrySchedule().exhausted(10)
