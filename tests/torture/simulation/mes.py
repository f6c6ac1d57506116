"""The pricing of the simulation: jobs in rows, computed under the real leases."""

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

from db.engine import after_commit
from jobs.leases import Lease, LeaseLost, Leases
from shared.messaging import publish
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.faults import has_waited_too_long, is_infrastructure
from subgraphs.mes.pricing_jobs.stage import Stage
from tests.torture.simulation.database import Session
from tests.torture.simulation.job_rows import JOB, MemoryJobLeases
from tests.torture.simulation.store import Row, Statement, Work
from tests.torture.simulation.traffic import (
    SimulatedPriceAsked,
    SimulatedPriceGiven,
    SimulatedPricingFailed,
)

if TYPE_CHECKING:
    from tests.torture.simulation.service import Replica

LEASE_SECONDS = 3.0
SWEEP_SECONDS = 1.0
PRICE, PART = "price", "pricing_part"


class ComputingFailed(Exception):
    """A subprocess that crashed; the attempt counts."""


class Pricing:
    """The workers and the sweeper of one process."""

    def __init__(self, replica: "Replica") -> None:
        self._replica = replica
        self._world = replica.world
        self._calls: asyncio.Queue[UUID] = asyncio.Queue()
        self._leases: Leases[Row, Session] = Leases(
            replica.database,
            MemoryJobLeases,
            LEASE_SECONDS,
            is_infrastructure,
            new_token=self._world.new_id,
        )

    async def price_asked(self, session: Any, event: SimulatedPriceAsked, _: Envelope) -> None:
        """Put a job in line; whoever computes one for an older revision loses the lease."""
        job_id = self._world.new_id()
        await session.run(_put_in_line(session.open_work, job_id, event))

        async def call() -> None:
            self._calls.put_nowait(job_id)

        after_commit(session, f"price {job_id}", call)

    async def work_forever(self) -> None:
        while True:
            await self._work(await self._calls.get())

    async def sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._sweep()
            except Exception as error:
                if not _passes(error):
                    raise

    async def _work(self, job_id: UUID) -> None:
        try:
            await self._leases.work(job_id, self._compute)
        except (LeaseLost, ComputingFailed):
            return  # the sweeper calls again
        except Exception as error:
            if not _passes(error):
                raise

    async def _compute(self, lease: Lease[Row, Session]) -> None:
        chance = self._world.loop.chance
        for part in range(2):
            await asyncio.sleep(chance.uniform(0.01, self._world.slowest_computation))
            if self._world.computing_fails(lease.row_id):
                raise ComputingFailed
            async with self._replica.database.transaction() as session:
                await lease.held(session)
                await session.run(_keep_part(session.open_work, lease, part))
        async with self._replica.database.transaction() as session:
            row = await lease.held(session)
            await session.run(_keep_price(session.open_work, lease, row))
            given = SimulatedPriceGiven(
                order_id=row["order_id"], revision=row["revision"], price=100
            )
            await _tell(session, row, given)

    async def _sweep(self) -> None:
        async with self._replica.database.transaction() as session:
            rows = MemoryJobLeases(session)
            for job_id in await rows.dropped():
                self._calls.put_nowait(job_id)
            for row in await rows.give_up_hopeless(LEASE_SECONDS):
                await _tell(
                    session,
                    row,
                    SimulatedPricingFailed(order_id=row["order_id"], revision=row["revision"]),
                )


def _passes(error: Exception) -> bool:
    """A database that is away, or a row that a stopped replica holds: arq and the sweeper's loop
    go on after any error, but another kind would be a mistake of ours."""
    return is_infrastructure(error) or has_waited_too_long(error)


async def _tell(session: Session, row: Row, event: Event) -> None:
    await publish(
        session,  # type: ignore[arg-type]
        event,
        aggregate_type="order",
        aggregate_id=row["order_id"],
        correlation_id=row["order_id"],
    )


def _put_in_line(work: Work, job_id: UUID, event: SimulatedPriceAsked) -> Statement[None]:
    for key, row in list(work.rows(JOB)):
        if row["order_id"] == event.order_id and row["stage"] in (Stage.QUEUED, Stage.RUNNING):
            yield from work.update(JOB, key, stage=Stage.SUPERSEDED, token=None, until=None)
    yield from work.insert(
        JOB,
        job_id,
        {
            "id": job_id,
            "order_id": event.order_id,
            "revision": event.revision,
            "stage": Stage.QUEUED,
            "token": None,
            "until": None,
            "attempts": 0,
            "forgiven": 0,
        },
    )


def _keep_part(work: Work, lease: Lease[Row, Session], part: int) -> Statement[None]:
    # The token that really holds the job now, beside the one that writes.
    job = work.get(JOB, lease.row_id)
    assert job is not None
    note = {"job": lease.row_id, "part": part, "by": lease.token, "held_by": job["token"]}
    yield from work.insert(PART, work.store.next_value(PART), note)


def _keep_price(work: Work, lease: Lease[Row, Session], row: Row) -> Statement[None]:
    job = work.get(JOB, lease.row_id)
    assert job is not None
    note = {
        "order_id": row["order_id"],
        "revision": row["revision"],
        "by": lease.token,
        "held_by": job["token"],
    }
    yield from work.insert(PRICE, work.store.next_value(PRICE), note)
    yield from work.update(JOB, lease.row_id, stage=Stage.DONE, token=None, until=None)
