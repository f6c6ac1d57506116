"""How many orders a second go the whole way: submitted, priced, placed, approved, made, closed.

    python -m tests.benchmarks.messaging.journeys [--journeys 400] [--at-once 50] [--processes]

Runs a Partline of its own (`partline up`, everything durable) and drives it over the public API:
a partner keeps AT_ONCE orders under way, operators take each through every station with the five
calls that its page makes. All of it, the driver too, shares this machine's cores. Prints orders
closed a second after a warm-up, and the CPU that each cost, by process. Compare only runs beside
each other: on a machine that others use as well, each costs more.
"""

import argparse
import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import orjson

from partline.demo.order import ADDRESS
from partline.home import Home
from tests.system import PARTNER_KEY, System, partline, temporary_home
from tests.uploads import upload

SUBMIT = "mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { id } }"
BOARD = "{ board(states: [AVAILABLE], first: 100) { nodes { id } } }"
STATIONS = (
    "mutation ($id: ID!) { claimWork(id: $id) { id } }",
    "mutation ($id: ID!) { startProduction(id: $id) { id } }",
    "mutation ($id: ID!) { finishProduction(id: $id) { id } }",
    'mutation ($id: ID!) { shipWork(id: $id, carrier: "DHL", trackingNumber: "00340") { id } }',
    "mutation ($id: ID!) { markDelivered(id: $id) { id } }",
)
OPERATORS = 8
DRIVER = "driver"
SETTLE_SECONDS = 30.0
REST_SECONDS = 20.0


@dataclass
class Driver:
    """Partner and operators, as programs that ask as fast as they are answered."""

    http: aiohttp.ClientSession
    address: str
    line: dict[str, object]
    operator: dict[str, str]
    submitted: int = 0
    delivered: int = 0
    waiting: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    seen: set[str] = field(default_factory=set)

    async def ask(self, query: str, headers: dict[str, str], **variables: object) -> Any:
        body = orjson.dumps({"query": query, "variables": variables})
        sent = headers | {"content-type": "application/json"}
        async with self.http.post(f"{self.address}/graphql", data=body, headers=sent) as answer:
            told = orjson.loads(await answer.read())
        if told.get("errors"):
            raise RuntimeError(f"refused: {told['errors'][0]}")
        return told["data"]

    async def submit(self, at_once: int) -> None:
        """Keep that many orders between submitted and delivered."""
        key = {"authorization": f"Bearer {PARTNER_KEY}"}
        while True:
            if self.submitted - self.delivered >= at_once:
                await asyncio.sleep(0.01)
                continue
            self.submitted += 1
            order = {
                "idempotencyKey": secrets.token_hex(16),
                "lines": [self.line],
                "address": ADDRESS,
                "autoPlaceUpTo": 100_000,
            }
            await self.ask(SUBMIT, key, input=order)

    async def look(self) -> None:
        """Find what is to be made."""
        while True:
            board = (await self.ask(BOARD, self.operator))["board"]
            for node in board["nodes"]:
                work = node["id"]
                if work not in self.seen:
                    self.seen.add(work)
                    self.waiting.put_nowait(work)
            await asyncio.sleep(0.2)

    async def make(self) -> None:
        """Take one work after the other through every station."""
        while True:
            work = await self.waiting.get()
            for station in STATIONS:
                await self.ask(station, self.operator, id=work)
            self.delivered += 1


@asynccontextmanager
async def driver(system: System) -> AsyncIterator[Driver]:
    part = system.home / "gear.stl"
    await asyncio.to_thread(system.command, "sample", "gear", str(part))
    model = (await asyncio.to_thread(upload, system.partner(), part))["id"]
    session = await asyncio.to_thread(system.signed_in, "operator")
    line = {"modelId": model, "material": "PLA", "finish": "raw", "quantity": 1}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=3)) as http:
        yield Driver(http, system.address, line, session.headers)


def database_of(system: System, service: str) -> str:
    urls: dict[str, str] = orjson.loads(Home(system.home).environment()["PARTLINE_DATABASE_URLS"])
    return urls[service]


async def closed(shop: "asyncpg.Connection[asyncpg.Record]") -> int:
    return int(await shop.fetchval("select count(*) from orders where state = 'closed'"))


def cpu_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    """User and system time of each process, of those that it has reaped, and of all that descend
    from it, as PostgreSQL's work is done by its children; and of this process alone."""
    stats = {int(path.name): stat for path in Path("/proc").glob("[0-9]*") if (stat := _stat(path))}
    children: dict[int, list[int]] = {}
    for pid, stat in stats.items():
        children.setdefault(int(stat[1]), []).append(pid)

    def ticks(pid: int) -> int:
        own = sum(int(value) for value in stats[pid][11:15]) if pid in stats else 0
        return own + sum(ticks(child) for child in children.get(pid, ()))

    cpu = {name: ticks(pid) / os.sysconf("SC_CLK_TCK") for name, pid in pids.items()}
    return cpu | {DRIVER: time.process_time()}


def _stat(process: Path) -> list[str]:
    """The fields of `/proc/PID/stat` behind the name; none of a process that has ended."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass(frozen=True)
class Figures:
    """What some journeys took: seconds by the clock, and CPU seconds of each process.

    `rest`: the CPU seconds a second of the processes together while nobody asks for anything.
    """

    journeys: int
    seconds: float
    cpu: dict[str, float]
    rest: float

    def __str__(self) -> str:
        each = {name: 1_000 * cpu / max(self.journeys, 1) for name, cpu in self.cpu.items()}
        driver = each.pop(DRIVER)
        parts = ", ".join(f"{name} {cpu:.1f}" for name, cpu in each.items() if cpu >= 0.1)
        rest = 1_000 * self.rest * self.seconds / max(self.journeys, 1)
        return (
            f"complete journeys: {self.journeys / self.seconds:.1f} a second, "
            f"{sum(each.values()):.1f} ms of CPU each ({parts}; {rest:.1f} of all at rest); "
            f"driver {driver:.1f} ms"
        )


async def measure(system: System, warm_up: int, journeys: int, at_once: int) -> Figures:
    """Of `journeys` that are closed after `warm_up` others."""
    shop = await asyncpg.connect(database_of(system, "shop"))
    rest = await at_rest(system.processes())
    async with driver(system) as driving:
        works = [
            driving.look(),
            *(driving.submit(at_once) for _ in range(OPERATORS)),
            *(driving.make() for _ in range(OPERATORS)),
        ]
        tasks = [asyncio.create_task(work) for work in works]
        await _until_closed(shop, warm_up, tasks)
        pids = system.processes()
        begun, before, spent = time.perf_counter(), await closed(shop), cpu_seconds(pids)
        await _until_closed(shop, before + journeys, tasks)
        took, orders, now = time.perf_counter() - begun, await closed(shop), cpu_seconds(pids)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await shop.close()
    spent = {name: now[name] - spent[name] for name in now}
    return Figures(orders - before, took, spent, rest)


async def at_rest(pids: Mapping[str, int]) -> float:
    """CPU seconds a second."""
    await asyncio.sleep(SETTLE_SECONDS)  # what a start leaves to be done
    before = cpu_seconds(pids)
    await asyncio.sleep(REST_SECONDS)
    now = cpu_seconds(pids)
    return sum(now[name] - before[name] for name in pids) / REST_SECONDS


async def _until_closed(
    shop: "asyncpg.Connection[asyncpg.Record]", orders: int, tasks: Sequence[asyncio.Task[None]]
) -> None:
    """Raises what a task of the driver raised."""
    while await closed(shop) < orders:
        for task in (await asyncio.wait(tasks, timeout=0.5))[0]:
            task.result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=400)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--processes", action="store_true", help="each service in one of its own")
    chosen = parser.parse_args()
    os.environ["PARTLINE_REVIEW_AUTOMATIC_BELOW"] = "1000000"  # nobody has to look at an order
    mode = ("--processes",) if chosen.processes else ()
    with temporary_home() as home, partline(home, *mode) as system:
        print(asyncio.run(measure(system, chosen.warm_up, chosen.journeys, chosen.at_once)))


if __name__ == "__main__":
    main()
