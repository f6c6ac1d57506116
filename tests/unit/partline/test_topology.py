"""Which processes there are, and what each may know."""

import pytest
from arq.constants import health_check_key_suffix

from jobs.queues import Pool
from partline.topology import SETUP, Mode, Part, health_key, parts
from shared.settings import POOLS, SERVICES


def test_together_is_one_app_and_one_worker_process() -> None:
    assert [part.arguments for part in parts(Mode.TOGETHER)] == [
        ("serve", "all"),
        ("worker", "priority", "regular", "models"),
    ]


@pytest.mark.parametrize("mode", Mode)
def test_every_pool_has_exactly_one_worker(mode: Mode) -> None:
    workers = [part for part in parts(mode) if not part.serves]
    pools = [pool for part in workers for pool in part.arguments[1:]]
    assert sorted(pools) == sorted(POOLS)


def test_in_processes_every_app_has_one_of_its_own() -> None:
    served = [part.name for part in parts(Mode.PROCESSES) if part.serves]
    assert served == ["gateway", "ui", *SERVICES]


@pytest.mark.parametrize(
    "part", [part for part in parts(Mode.PROCESSES) if part.name in SERVICES], ids=lambda p: p.name
)
def test_a_service_knows_its_own_database_only(part: Part) -> None:
    assert part.databases == (part.name,)
    assert not part.signs


def test_only_services_of_their_own_process_have_the_key_to_each_others_events() -> None:
    everything = {*parts(Mode.PROCESSES), *parts(Mode.TOGETHER), SETUP}
    assert {part.name for part in everything if part.asks} == set(SERVICES)


@pytest.mark.parametrize("pool", POOLS)
def test_a_worker_reports_under_the_key_that_arq_sets(pool: str) -> None:
    assert health_key(pool) == Pool(pool).queue_name + health_check_key_suffix
