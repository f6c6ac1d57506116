"""Finds models that were dropped, abandoned or kept long enough, and deletes leftover objects."""

import asyncio
from datetime import timedelta
from itertools import count
from uuid import UUID

import structlog

from shared.service import Runtime
from shared.storage import StorageUnavailable
from subgraphs.editor.models.announcing import expire, reject
from subgraphs.editor.models.leases import MOST_ATTEMPTS
from subgraphs.editor.models.lifecycle import ModelEvent
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.service import POOL, call_worker
from subgraphs.editor.models.upload import keys_of

EVERY_SECONDS = 0.5
_TURNS = 10  # what is measured in days is looked at every tenth time
PATIENCE = timedelta(seconds=2)
GRACE = timedelta(seconds=10)
AT_ONCE = 50
_GRACE_SECONDS = 3600
_log = structlog.get_logger(__name__)


class ModelSweeper:
    """Safe to run in several processes at once: each takes rows that no other has locked."""

    def __init__(
        self, runtime: Runtime, patience: timedelta = PATIENCE, grace: timedelta = GRACE
    ) -> None:
        self._runtime = runtime
        self._patience = patience
        self._grace = grace
        self._retention = timedelta(days=runtime.settings.model_retention_days)
        # No upload can begin after its address has ended; one that began gets time to finish.
        self._abandoned = timedelta(seconds=runtime.settings.upload_url_seconds + _GRACE_SECONDS)

    async def run(self) -> None:
        """Sweep until cancelled; a sweep that fails is logged and repeated."""
        for turn in count():
            try:
                await (self.look_after_workers() if turn % _TURNS else self.sweep())
            except Exception:
                _log.warning("sweep of models failed, trying again", exc_info=True)
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> None:
        """Look once."""
        await self._expire()
        await self._delete_objects()
        await self.look_after_workers()

    async def look_after_workers(self) -> None:
        """Of all this, what somebody waits for."""
        async with self._runtime.database.glance() as session:
            if not await ModelRepository(session).any_in_line():
                return
        await self._give_up()
        await self._call_again()

    async def _call_again(self) -> None:
        async with self._runtime.database.reading() as session:
            silent = await ModelRepository(session).silent(self._patience, AT_ONCE)
        called = {row.id: row.call_id or "" for row in silent}
        if not called:
            return
        queue = self._runtime.queue
        waiting = await queue.waiting(POOL, called.values())
        lost = {model_id: call for model_id, call in called.items() if call not in waiting}
        await queue.forget(POOL, lost.values())
        async with self._runtime.database.transaction() as session:
            for row in await ModelRepository(session).lock_silent(lost, self._patience):
                _log.info("calling a worker again", model_id=str(row.id), attempts=row.attempts)
                call_worker(session, self._runtime, row)

    async def _give_up(self) -> None:
        async with self._runtime.database.transaction() as session:
            for row in await ModelRepository(session).hopeless(self._grace, AT_ONCE):
                _log.error("model cannot be processed", model_id=str(row.id))
                await reject(
                    session,
                    row,
                    "PROCESSING_FAILED",
                    f"Looking at this file broke down {MOST_ATTEMPTS} times. Export the part "
                    "again, in another format if you can, and upload that.",
                )

    async def _expire(self) -> None:
        async with self._runtime.database.transaction() as session:
            models = ModelRepository(session)
            for row in await models.abandoned(self._abandoned, AT_ONCE):
                await expire(session, row, ModelEvent.ABANDONED)
            refused = await models.refused_before(self._retention, AT_ONCE)
            for row in [*await models.outlived(AT_ONCE), *refused]:
                await expire(session, row, ModelEvent.RETENTION_ENDED)

    async def _delete_objects(self) -> None:
        async with self._runtime.database.reading() as session:
            leftover = await ModelRepository(session).with_leftover_objects(AT_ONCE)
        for model_id in leftover:
            await self._delete_objects_of(model_id)

    async def _delete_objects_of(self, model_id: UUID) -> None:
        try:
            for key in keys_of(model_id):
                await self._runtime.storage.delete(key)
        except StorageUnavailable as error:
            _log.warning("objects not deleted, trying again", error=str(error))
            return
        async with self._runtime.database.transaction() as session:
            await ModelRepository(session).objects_deleted(model_id)
