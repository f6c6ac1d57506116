"""Work on a row that one worker at a time may hold, whatever becomes of the workers.

A worker *claims* the row by a random token and an end on the database's clock, *renews* both by a
heartbeat, and writes what it found only in a transaction in which it *holds* the row by its token:
whoever was paused past the end writes nothing. What remains when it ends without an answer:

- it was told to stop, the storage or the database is away: the lease is given back, uncounted;
- the work failed: the lease is given back, and the attempt counts;
- the worker died: nobody gives anything back, and the attempt counts when the lease runs out;
- the worker was slow and another took the row: it says so when it wakes up, and the attempt that
  was taken for a death is *forgiven*.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID, uuid4

import structlog

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
Transaction = TypeVar("Transaction")
Transaction_co = TypeVar("Transaction_co", covariant=True)

RENEWALS_IN_A_LEASE = 4
GIVING_BACK_SECONDS = 30.0
_PAUSE_SECONDS = 0.25
_log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else may hold the work now; nothing of it may be written any more."""


class Transactions(Protocol[Transaction_co]):
    """What is needed of a database."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction_co]:
        """Committed at the end of the block, rolled back if it raises."""


class LeasedRows(Protocol[Row_co]):
    """Rows that can be held, in one transaction. Times are the rows' own: a database's clock."""

    async def claim(self, row_id: UUID, token: UUID, seconds: float) -> Row_co | None:
        """Take the row and count the attempt; None when it is not to be done, or is held."""

    async def renew(self, row_id: UUID, token: UUID, seconds: float) -> bool:
        """Hold the row longer, also past its end if nobody took it; False when it was taken."""

    async def lock_held(self, row_id: UUID, token: UUID) -> Row_co | None:
        """The row, which nobody else changes until the transaction ends, if `token` holds it."""

    async def release(self, row_id: UUID, token: UUID, *, counts: bool) -> bool:
        """Give the row back if `token` holds it; `counts`: the attempt tells against the row."""

    async def forgive(self, row_id: UUID) -> None:
        """An attempt at an open row was counted although its worker lived. Bounded by the row."""


@dataclass(frozen=True)
class Lease(Generic[Row, Transaction]):
    """A row as it was claimed, and the right to write what becomes of it."""

    row: Row
    row_id: UUID
    token: UUID
    rows: Callable[[Transaction], LeasedRows[Row]]

    async def held(self, transaction: Transaction) -> Row:
        """The row as it is now, locked until `transaction` ends: every result is written in a
        transaction that asked for this. Raises LeaseLost."""
        row = await self.rows(transaction).lock_held(self.row_id, self.token)
        if row is None:
            raise LeaseLost("another worker has this row, or it is done")
        return row


class Leases(Generic[Row, Transaction]):
    """Claims rows for `seconds` and lets them be worked on.

    `is_innocent` tells of an error that it says nothing about the row.
    """

    def __init__(
        self,
        database: Transactions[Transaction],
        rows: Callable[[Transaction], LeasedRows[Row]],
        seconds: float,
        is_innocent: Callable[[Exception], bool],
        new_token: Callable[[], UUID] = uuid4,
    ) -> None:
        self._database = database
        self._rows = rows
        self._seconds = seconds
        self._is_innocent = is_innocent
        self._new_token = new_token

    async def work(
        self, row_id: UUID, body: Callable[[Lease[Row, Transaction]], Awaitable[None]]
    ) -> None:
        """Run `body` while the row is held; nothing when it is not to be done or is held.

        Raises what `body` raised after giving the row back, and LeaseLost when it was taken away.
        """
        token = self._new_token()
        row = await self._claim(row_id, token)
        if row is None:
            return
        every = self._seconds / RENEWALS_IN_A_LEASE
        try:
            async with holding(lambda: self._renew(row_id, token), every):
                await body(Lease(row, row_id, token, self._rows))
        except LeaseLost:
            await self._give_back(row_id, token, counts=False)
            raise
        except asyncio.CancelledError:
            await asyncio.shield(self._release(row_id, token, counts=False))
            raise
        except Exception as error:
            await self._give_back(row_id, token, counts=not self._is_innocent(error))
            raise

    async def _claim(self, row_id: UUID, token: UUID) -> Row | None:
        try:
            async with self._database.transaction() as transaction:
                return await self._rows(transaction).claim(row_id, token, self._seconds)
        except Exception:
            # Its commit may have been heard although its answer was lost.
            with suppress(Exception):
                async with self._database.transaction() as transaction:
                    await self._rows(transaction).release(row_id, token, counts=False)
            raise

    async def _renew(self, row_id: UUID, token: UUID) -> bool:
        async with self._database.transaction() as transaction:
            return await self._rows(transaction).renew(row_id, token, self._seconds)

    async def _give_back(self, row_id: UUID, token: UUID, *, counts: bool) -> None:
        """Keep trying while the database is away: silence would count as a death."""
        clock = asyncio.get_running_loop()
        deadline = clock.time() + GIVING_BACK_SECONDS
        given = False
        while not given:
            try:
                await self._release(row_id, token, counts=counts)
                given = True
            except Exception as error:
                if clock.time() > deadline:
                    _log.warning("lease not given back", row_id=str(row_id), error=repr(error))
                    return
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _release(self, row_id: UUID, token: UUID, *, counts: bool) -> None:
        async with self._database.transaction() as transaction:
            rows = self._rows(transaction)
            if not await rows.release(row_id, token, counts=counts) and not counts:
                await rows.forgive(row_id)


@asynccontextmanager
async def holding(renew: Callable[[], Awaitable[bool]], every: float) -> AsyncIterator[None]:
    """Call `renew` each `every` seconds while the block runs.

    When it answers False the block is cancelled and LeaseLost raised. A renewal that fails for
    another reason, or hangs, is tried again: whether the lease still holds is asked once more, in
    the database, when the result is written.
    """
    worker = asyncio.current_task()
    if worker is None:
        raise RuntimeError("a lease is held by a task")
    before = worker.cancelling()
    lost = False

    async def beat() -> None:
        nonlocal lost
        while True:
            await asyncio.sleep(every)
            try:
                async with asyncio.timeout(2 * every):
                    if await renew():
                        continue
            except Exception as error:
                _log.warning("lease not renewed, trying again", error=repr(error))
                continue
            lost = True
            worker.cancel()
            return

    heartbeat = asyncio.create_task(beat())
    try:
        try:
            yield
        finally:
            heartbeat.cancel()
            # Not `await heartbeat`: whose cancellation it then was, ours or its own, nobody knows.
            await asyncio.wait([heartbeat])
    except asyncio.CancelledError:
        if lost and worker.uncancel() <= before:
            raise LeaseLost("the lease ran out or was taken away") from None
        raise
