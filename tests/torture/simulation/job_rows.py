"""`jobs.leases.LeasedRows` of the simulated pricing jobs, and what the sweeper asks of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS, MOST_FORGIVEN, Stage
from tests.torture.simulation.database import Session
from tests.torture.simulation.store import Row, Statement, Work

JOB = "pricing_job"
_OPEN = (Stage.QUEUED, Stage.RUNNING)


class MemoryJobLeases:
    """What `subgraphs.mes.pricing_jobs.leases.PricingJobLeases` does, in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, row_id: UUID, token: UUID, seconds: float) -> Row | None:
        return await self._session.run(self._claim(self._session.open_work, row_id, token, seconds))

    async def renew(self, row_id: UUID, token: UUID, seconds: float) -> bool:
        return await self._session.run(self._renew(self._session.open_work, row_id, token, seconds))

    async def lock_held(self, row_id: UUID, token: UUID) -> Row | None:
        return await self._session.run(self._lock_held(self._session.open_work, row_id, token))

    async def release(self, row_id: UUID, token: UUID, *, counts: bool) -> bool:
        return await self._session.run(
            self._release(self._session.open_work, row_id, token, counts)
        )

    async def forgive(self, row_id: UUID) -> None:
        await self._session.run(self._forgive(self._session.open_work, row_id))

    async def dropped(self) -> Sequence[UUID]:
        """In line, or left by a worker that stopped renewing."""

        def statement(work: Work) -> Statement[Sequence[UUID]]:
            return [
                row["id"]
                for _, row in work.rows(JOB)
                if self._unattended(row) and row["attempts"] < MOST_ATTEMPTS
            ]
            yield

        return await self._session.run(statement(self._session.open_work))

    async def give_up_hopeless(self, grace: float) -> Sequence[Row]:
        """Jobs whose every attempt was counted; they need attention now."""
        return await self._session.run(self._give_up(self._session.open_work, grace))

    def _claim(
        self, work: Work, row_id: UUID, token: UUID, seconds: float
    ) -> Statement[Row | None]:
        if not self._claimable(work.get(JOB, row_id)):
            return None
        row = yield from work.lock(JOB, row_id)
        if row is None or not self._claimable(row):
            return None
        yield from work.update(
            JOB,
            row_id,
            stage=Stage.RUNNING,
            token=token,
            until=self._now() + timedelta(seconds=seconds),
            attempts=row["attempts"] + 1,
        )
        return work.get(JOB, row_id)

    def _renew(self, work: Work, row_id: UUID, token: UUID, seconds: float) -> Statement[bool]:
        if (yield from self._lock_held(work, row_id, token)) is None:
            return False
        until = self._now() + timedelta(seconds=seconds)
        return (yield from work.update(JOB, row_id, until=until))

    def _lock_held(self, work: Work, row_id: UUID, token: UUID) -> Statement[Row | None]:
        if not _held(work.get(JOB, row_id), token):
            return None
        row = yield from work.lock(JOB, row_id)
        return row if _held(row, token) else None

    def _release(self, work: Work, row_id: UUID, token: UUID, counts: bool) -> Statement[bool]:
        row = yield from self._lock_held(work, row_id, token)
        if row is None:
            return False
        attempts = row["attempts"] - (0 if counts else 1)
        return (
            yield from work.update(
                JOB, row_id, stage=Stage.QUEUED, token=None, until=None, attempts=attempts
            )
        )

    def _forgive(self, work: Work, row_id: UUID) -> Statement[None]:
        row = yield from work.lock(JOB, row_id)
        if (
            row is not None
            and row["stage"] in _OPEN
            and row["attempts"] > 0
            and row["forgiven"] < MOST_FORGIVEN
        ):
            yield from work.update(
                JOB, row_id, attempts=row["attempts"] - 1, forgiven=row["forgiven"] + 1
            )

    def _give_up(self, work: Work, grace: float) -> Statement[Sequence[Row]]:
        ended = []
        late = self._now() - timedelta(seconds=grace)
        for key, row in list(work.rows(JOB)):
            if not _hopeless(row, late) or work.is_locked(JOB, key):
                continue
            locked = yield from work.lock(JOB, key)
            if locked is not None and _hopeless(locked, late):
                yield from work.update(
                    JOB, key, stage=Stage.NEEDS_ATTENTION, token=None, until=None
                )
                ended.append(locked)
        return ended

    def _claimable(self, row: Row | None) -> bool:
        return row is not None and row["attempts"] < MOST_ATTEMPTS and self._unattended(row)

    def _unattended(self, row: Row) -> bool:
        if row["stage"] == Stage.RUNNING:
            return bool(row["until"] < self._now())
        return bool(row["stage"] == Stage.QUEUED)

    def _now(self) -> datetime:
        return self._session.database.now()


def _held(row: Row | None, token: UUID) -> bool:
    return row is not None and row["stage"] == Stage.RUNNING and row["token"] == token


def _hopeless(row: Row, late: datetime) -> bool:
    if row["attempts"] < MOST_ATTEMPTS:
        return False
    if row["stage"] == Stage.RUNNING:
        return bool(row["until"] < late)
    return bool(row["stage"] == Stage.QUEUED)
