"""What a storm brings, by its seed alone."""

from typing import Any, cast

from tests.torture.chaos.faults.catalogue import ALL
from tests.torture.chaos.faults.storm import EACH_ONCE_SECONDS, Storm


def forecast(seed: int, seconds: float) -> list[tuple[float, str]]:
    storm = Storm(cast(Any, None), cast(Any, None), ALL, seed)
    return [(moment, fault.kind) for moment, fault in storm._forecast(seconds, 60)]


def test_every_kind_of_fault_happens_in_a_run_of_three_minutes() -> None:
    for seed in range(20):
        kinds = {kind for _, kind in forecast(seed, EACH_ONCE_SECONDS)}
        assert kinds == {fault.kind for fault in ALL}


def test_a_seed_brings_the_same_storm_and_another_one_another() -> None:
    assert forecast(7, 60) == forecast(7, 60)
    assert forecast(7, 60) != forecast(8, 60)


def test_faults_stay_within_their_time_and_are_about_as_many_as_asked_for() -> None:
    counts = []
    for seed in range(50):
        found = forecast(seed, EACH_ONCE_SECONDS)
        assert all(0 <= moment < EACH_ONCE_SECONDS for moment, _ in found)
        counts.append(len(found))
    assert 160 < sum(counts) / len(counts) < 200
