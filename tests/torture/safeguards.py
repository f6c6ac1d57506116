"""Each safeguard of delivery, and how to take it out of a process of the rig.

The rig must go red without any one of them: a rig that stays green proves nothing.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import inbox, inbox_sql, relay_lock
from shared.messaging.envelope import Envelope
from shared.messaging.gate import Outcome, Sorted
from shared.messaging.inbox_rows import Known
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.outbox_rows import SqlOutboxRows, Unpublished, Written, envelope_of
from shared.messaging.tables import outbox
from tests.torture.replacing import put_back, replace


@dataclass(frozen=True, slots=True)
class Safeguard:
    """`remove` replaces it, in this process, by code that goes on without it."""

    name: str
    what: str
    remove: Callable[[], None]


@contextmanager
def without(name: str) -> Iterator[None]:
    """As `take_out`, for the time of the block."""
    with put_back():
        take_out(name)
        yield


def take_out(name: str) -> None:
    """Let this process go on without the safeguard."""
    SAFEGUARDS[name].remove()


def _inbox_insert() -> None:
    async def insert_inbox(self: SqlInboxRows, events: Sequence[UUID]) -> None:
        del self, events

    replace(SqlInboxRows, "insert_inbox", insert_inbox)


def _version_gate() -> None:
    def all_through(envelopes: Sequence[Envelope], known: Known) -> Sorted:
        reached = {
            aggregate: max(
                version, *(e.aggregate_version for e in envelopes if e.aggregate == aggregate)
            )
            for aggregate, version in known.versions.items()
        }
        return Sorted([Outcome.APPLIED] * len(envelopes), list(envelopes), [], reached)

    replace(inbox, "through_gate", all_through)


def _published_flag() -> None:
    last: dict[str, int] = {}

    async def unpublished(self: SqlOutboxRows, producer: str, limit: int) -> Sequence[Unpublished]:
        """What lies behind the last number that was seen: a late commit lies before it."""
        query = sa.select(outbox).where(outbox.c.seq > last.get(producer, 0))
        rows = (await self._session.execute(query.order_by(outbox.c.seq).limit(limit))).all()
        last[producer] = max([last.get(producer, 0), *(row.seq for row in rows)])
        return [Unpublished(row.seq, envelope_of(producer, row)) for row in rows]

    replace(SqlOutboxRows, "unpublished", unpublished)


def _outbox_transaction() -> None:
    plain = SqlOutboxRows.append

    async def append(self: SqlOutboxRows, written: Written) -> int:
        """In a transaction of its own, which stays when the command's is rolled back."""
        async with self._session.info["database"].transaction() as session:
            return await plain(SqlOutboxRows(session), written)

    replace(SqlOutboxRows, "append", append)


def _fencing() -> None:
    from subgraphs.editor.models.leases import ModelLeases
    from subgraphs.editor.models.tables import ModelRow
    from subgraphs.mes.pricing_jobs.leases import PricingJobLeases
    from subgraphs.mes.pricing_jobs.tables import PricingJobRow

    def anybody(table: type[Any]) -> Callable[..., Any]:
        async def lock_held(self: Any, row_id: UUID, token: UUID) -> Any:
            del token
            session: AsyncSession = self._session
            return await session.get(table, row_id, with_for_update=True, populate_existing=True)

        return lock_held

    replace(PricingJobLeases, "lock_held", anybody(PricingJobRow))
    replace(ModelLeases, "lock_held", anybody(ModelRow))


def _reconciler() -> None:
    from shared.messaging.reconciler import Reconciler

    async def run(self: Any) -> None:
        del self
        await asyncio.Event().wait()

    replace(Reconciler, "run", run)


def _xmin_guard() -> None:
    from shared.messaging.journal_sql import SqlJournal

    replace(SqlJournal, "guard", staticmethod(lambda: "true"))


def _mandatory() -> None:
    from shared.messaging.rabbitmq import publishing

    replace(publishing, "mandatory", lambda producer: False)


def _idempotency_key() -> None:
    async def claim_key(*_: object) -> bool:
        return True

    replace(import_module("shared.idempotency.claim"), "claim_key", claim_key)


def _relay_lock() -> None:
    class Everybody:
        async def anything_unpublished(self) -> bool:
            await asyncio.sleep(0.1)
            return True

    @asynccontextmanager
    async def turn(self: Any, wake: Callable[[], None]) -> Any:
        del self, wake
        yield Everybody()

    replace(relay_lock.SqlRelayLock, "turn", turn)


def _counting_first() -> None:
    counting, claim = "attempts = attempts + 1,", inbox_sql.CLAIM.text
    if counting not in claim:
        raise LookupError("the inbox counts attempts in another way: this safeguard has moved")
    replace(inbox_sql, "CLAIM", sa.text(claim.replace(counting, "")))


_ALL = (
    Safeguard("inbox-insert", "an applied event is noted in its transaction", _inbox_insert),
    Safeguard("version-gate", "each version once, none skipped", _version_gate),
    Safeguard("published-flag", "what commits late is published too", _published_flag),
    Safeguard("outbox-transaction", "an event commits with its rows", _outbox_transaction),
    Safeguard("fencing", "who lost its lease writes nothing", _fencing),
    Safeguard("reconciler", "what the bus lost is brought", _reconciler),
    Safeguard("xmin-guard", "a journal lists nothing that one may precede", _xmin_guard),
    Safeguard("mandatory", "what found no queue is not confirmed", _mandatory),
    Safeguard("idempotency-key", "a repeated submission is one order", _idempotency_key),
    Safeguard("relay-lock", "one relay of a database is active", _relay_lock),
    Safeguard("counting-first", "an attempt is counted before it is made", _counting_first),
)
SAFEGUARDS: Mapping[str, Safeguard] = {safeguard.name: safeguard for safeguard in _ALL}
