"""What events leave behind is deleted once nobody can need it any more."""

import asyncio
import random
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.faults import has_waited_too_long, is_infrastructure
from shared.messaging.journal_sql import EPOCH
from shared.messaging.subscriptions import readers_of
from shared.messaging.transactions import Transactions

BATCH = 500
_PERIOD_SECONDS = 3_600.0
_BREATH_SECONDS = 0.05
_AWAY_SECONDS = 60.0
_log = structlog.get_logger(__name__)

# The oldest rows are looked at, and only they: it costs the same with millions behind them.
_OUTBOX = sa.text(f"""
    with oldest as (select * from outbox order by seq limit :batch)
    delete from outbox using oldest
    where outbox.seq = oldest.seq
      and oldest.published_at is not null
      and oldest.created_at < clock_timestamp() - cast(:age as interval)
      and not exists (
          select from unnest(cast(:readers as text[])) as reader (name)
          left join outbox_reader r on r.consumer = reader.name and r.epoch = ({EPOCH})
          where r.consumer is null or (r.tx, r.seq) < (oldest.tx, oldest.seq)
      )
    returning 1
""")  # noqa: S608 - all of it stands in this file

# By statement_timestamp: no index is asked for what lies before the volatile clock_timestamp.
_INBOX = sa.text("""
    delete from inbox where ctid = any (array(
        select ctid from inbox
        where applied_at < statement_timestamp() - cast(:age as interval)
        order by applied_at limit :batch))
    returning 1
""")


class Retention:
    """Deletes, every hour and a few rows at a time, in the database of one service.

    An outbox row goes when it is published, `days` old and confirmed by every reader of the
    service; a reader that never confirmed keeps all. An inbox row goes when it is `days` old: the
    position of its aggregate still tells that the event was seen.
    """

    def __init__(
        self,
        service: str,
        database: Transactions,
        *,
        days: int,
        chance: random.Random | None = None,
    ) -> None:
        self._readers = list(readers_of(service))
        self._service = service
        self._database = database
        self._age = timedelta(days=days)
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret

    async def run(self) -> None:
        """Until cancelled; a database that is away is waited for."""
        pause = self._chance.uniform(0, _PERIOD_SECONDS)  # services take turns after a common start
        while True:
            await asyncio.sleep(pause)
            try:
                deleted = await self.delete()
            except Exception as error:
                if not (is_infrastructure(error) or has_waited_too_long(error)):
                    raise
                pause = _AWAY_SECONDS
                continue
            pause = _PERIOD_SECONDS
            if deleted:
                _log.info("deleted old events", service=self._service, rows=deleted)

    async def delete(self) -> int:
        """Delete everything that may go now; gives how many rows that were."""
        total = 0
        for statement in (_OUTBOX, _INBOX):
            deleted = BATCH
            while deleted == BATCH:
                async with self._database.transaction() as session:
                    deleted = await self._batch(session, statement)
                total += deleted
                await asyncio.sleep(_BREATH_SECONDS)
        return total

    async def _batch(self, session: AsyncSession, statement: sa.TextClause) -> int:
        values = {"batch": BATCH, "age": self._age, "readers": self._readers}
        names = set(statement.compile().params)
        result = await session.execute(statement, {name: values[name] for name in names})
        return len(result.all())
