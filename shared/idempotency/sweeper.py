"""Forgets idempotency keys after 30 days."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa
import structlog

from db.engine import Database
from shared.idempotency.tables import idempotency_key

KEPT = timedelta(days=30)
EVERY_SECONDS = 600.0
AT_ONCE = 1_000
_log = structlog.get_logger(__name__)


class IdempotencySweeper:
    """Safe to run in several processes at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Sweep until cancelled; what fails is logged and tried again."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                while await self.sweep() == AT_ONCE:
                    pass
            except Exception:
                _log.warning("old idempotency keys could not be deleted", exc_info=True)

    async def sweep(self) -> int:
        """Forget some of those that are old enough; gives their number."""
        columns = idempotency_key.c
        some = (
            sa.select(columns.owner, columns.operation, columns.key)
            .where(columns.created_at < sa.func.statement_timestamp() - KEPT)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        old = sa.tuple_(columns.owner, columns.operation, columns.key).in_(some)
        forget = sa.delete(idempotency_key).where(old).returning(columns.key)
        async with self._database.transaction() as session:
            return len((await session.scalars(forget)).all())
