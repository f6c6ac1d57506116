"""The mutation proof: what goes well with a safeguard goes wrong, and is seen, without it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest
import pytest_asyncio

from shared.messaging.bus import BusUnavailable
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.rabbitmq.topology import queue_of
from shared.messaging.subscriptions import readers_of
from tests.integration.messaging.transports import channel
from tests.torture.crash_points.changes import CALLS, DEADLY
from tests.torture.crash_points.client import Client
from tests.torture.crash_points.ground import Ground
from tests.torture.crash_points.journey import Journey
from tests.torture.invariants import check_all
from tests.torture.safeguards import SAFEGUARDS, without

BUS_DATABASE = "/12"
PATIENCE_SECONDS = 60.0
MARGIN_SECONDS = 2.0


@dataclass
class Stage:
    """Ground to be broken; `without` is what the processes go on without, `patience` how many
    seconds things are given to come to rest."""

    ground: Ground
    model: UUID
    folder: Path
    without: Sequence[str] = ()
    patience: float = PATIENCE_SECONDS
    clients: list[Client] = field(default_factory=list)
    deadline: float = 0.0

    def client(self, *crashes: str, changes: Sequence[str] = (), **settings: str) -> Client:
        client = self.ground.client(
            *crashes, without=self.without, changes=changes, settings=settings
        )
        self.clients.append(client)
        return client

    async def play(self, scenario: "Scenario") -> set[int]:
        """Which invariants are broken after it; nothing of it runs any more."""
        self.deadline = time.monotonic() + self.patience
        try:
            return await scenario(self)
        finally:
            while self.clients:
                await self.clients.pop().stop()
            for mark in self.folder.glob("*.*"):
                mark.unlink()

    async def broken(self, *numbers: int) -> set[int]:
        """Which of these invariants are broken once things had time to settle."""
        while True:
            async with self.ground.world(cured=False) as world:
                report = await check_all(world, numbers)
            broken = {finding.invariant.number for finding in report.broken}
            if not broken or time.monotonic() > self.deadline:
                return broken
            await asyncio.sleep(0.2)


Scenario = Callable[[Stage], Awaitable[set[int]]]


async def _ordered(stage: Stage, client: Client, *numbers: int) -> set[int]:
    """An order until it is confirmed, or as far as it comes."""
    async with stage.ground.world() as world:
        journey = Journey(client, stage.ground.ledger, world, stage.model)
        with suppress(TimeoutError):  # without its safeguard it may never come that far
            async with asyncio.timeout(stage.deadline - time.monotonic()):
                await journey.order()
    return await stage.broken(*numbers)


async def everything_comes_twice(stage: Stage) -> set[int]:
    return await _ordered(stage, stage.client(changes=["twice_bus"]), 7, 8, 13)


async def events_come_backwards(stage: Stage) -> set[int]:
    await stage.client(changes=["backward_bus"]).command("burst")
    return await stage.broken(7, 9)


async def the_bus_loses_everything(stage: Stage) -> set[int]:
    return await _ordered(stage, stage.client(changes=["deaf_bus"]), 7)


async def a_command_dies_before_its_commit(stage: Stage) -> set[int]:
    client = stage.client(f"before-commit@{stage.folder}")
    async with stage.ground.world() as world:
        journey = Journey(client, stage.ground.ledger, world, stage.model)
        await journey.begun()
    return await stage.broken(3)


async def an_answer_is_lost_and_the_client_asks_again(stage: Stage) -> set[int]:
    client = stage.client(f"after-commit@{stage.folder}")
    async with stage.ground.world() as world:
        journey = Journey(client, stage.ground.ledger, world, stage.model)
        await journey.begun()
    return await stage.broken(2)


async def a_transaction_commits_late(stage: Stage) -> set[int]:
    client = stage.client()
    await client.command("late_commit")
    return await stage.broken(6)


async def a_transaction_commits_late_and_the_bus_is_deaf(stage: Stage) -> set[int]:
    client = stage.client(changes=["deaf_bus"])
    await client.command("late_commit")
    return await stage.broken(7)


async def a_worker_wakes_up_after_its_lease(stage: Stage) -> set[int]:
    client = stage.client()
    await client.command("overtaken_worker")
    return await stage.broken(12)


async def an_event_kills_whoever_applies_it(stage: Stage) -> set[int]:
    """Broken is 7 as long as the event is no dead letter after a dozen deaths."""
    client = stage.client(changes=["deadly_events"])
    async with stage.ground.world() as world:
        journey = Journey(client, stage.ground.ledger, world, stage.model)
        order_id = await journey.begun(reference=DEADLY)
        while client.deaths < 12 and not await journey.has_letter("crm", order_id):
            await client.look_after()
            await asyncio.sleep(0.02)
        dead = await journey.has_letter("crm", order_id)
    return set() if dead else {7}


async def two_relays_run(stage: Stage) -> set[int]:
    """Broken is 6 if an event was given to the bus twice."""
    calls = stage.folder / "published"
    calls.unlink(missing_ok=True)
    calls.touch()
    both = [
        stage.client(changes=["slow_relay", "counted_bus"], **{CALLS: str(calls)}) for _ in range(2)
    ]
    for client in both:
        await client.command("alive")
    async with stage.ground.world() as world:
        journey = Journey(both[0], stage.ground.ledger, world, stage.model)
        await journey.begun()
        await stage.broken(6)  # until both relays have had their time
    ids = [orjson.loads(line)["id"] for line in calls.read_bytes().splitlines()]
    assert ids
    return set() if len(ids) == len(set(ids)) else {6}


SCENARIOS: dict[str, tuple[Scenario, set[int]]] = {
    "inbox-insert": (everything_comes_twice, {7}),
    "version-gate": (events_come_backwards, {9}),
    "published-flag": (a_transaction_commits_late, {6}),
    "outbox-transaction": (a_command_dies_before_its_commit, {3}),
    "fencing": (a_worker_wakes_up_after_its_lease, {12}),
    "reconciler": (the_bus_loses_everything, {7}),
    "xmin-guard": (a_transaction_commits_late_and_the_bus_is_deaf, {7}),
    "idempotency-key": (an_answer_is_lost_and_the_client_asks_again, {2}),
    "relay-lock": (two_relays_run, {6}),
    "counting-first": (an_event_kills_whoever_applies_it, {7}),
}


@pytest_asyncio.fixture
async def stage(soil: Ground, model: UUID, valkey_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with soil.copy(valkey_url.removesuffix("/0") + BUS_DATABASE) as ground:
        yield Stage(ground, model, tmp_path)


@pytest.mark.parametrize("safeguard", SCENARIOS)
async def test_what_a_safeguard_holds_breaks_without_it(stage: Stage, safeguard: str) -> None:
    scenario, expected = SCENARIOS[safeguard]
    began = time.monotonic()
    assert await stage.play(scenario) == set()
    # What goes well in so many seconds with it does not in twice as many without.
    stage.patience = MARGIN_SECONDS + 2 * (time.monotonic() - began)
    stage.without = [safeguard]
    assert expected <= await stage.play(scenario)


async def test_what_finds_no_queue_is_confirmed_without_mandatory(rabbitmq_url: str) -> None:
    bus = RabbitMQ(rabbitmq_url)
    try:
        await bus.publish("crm", [b"declares the queues"])
        async with channel(rabbitmq_url) as opened:
            for reader in readers_of("crm"):
                await opened.queue_delete(queue_of(reader))
        with without("mandatory"):
            await bus.publish("crm", [b"confirmed, and lost"])
        with pytest.raises(BusUnavailable):
            await bus.publish("crm", [uuid4().bytes])
    finally:
        await bus.close()


def test_every_safeguard_is_taken_out_by_some_test() -> None:
    assert SCENARIOS.keys() | {"mandatory"} == SAFEGUARDS.keys()
