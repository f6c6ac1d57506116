"""Compares what is stored with what is known: no object without its row, no row without its object.

An upload that was interrupted, a storage that was restored from an older copy, or an address that
was used once more after its model was deleted leave such things behind.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from shared.service import Runtime
from shared.storage import ObjectMissing, StoredObject
from subgraphs.editor.models.announcing import expire
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import PREFIX, incoming_key, model_of_key, original_key

EVERY_SECONDS = 3600.0
SAFE_AGE = timedelta(days=1)
MOST_LOST = 20
PAGE = 500
_log = structlog.get_logger(__name__)


class Janitor:
    """Safe to run in several processes at once: what it does may be done again.

    `safe_age`: nothing younger is deleted, since its row or its upload may still be under way.
    """

    def __init__(self, runtime: Runtime, safe_age: timedelta = SAFE_AGE, page: int = PAGE) -> None:
        self._runtime = runtime
        self._safe_age = safe_age
        self._page = page

    async def run(self) -> None:
        """Compare until cancelled; what fails is logged and tried again."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.compare()
            except Exception:
                _log.warning("comparing the storage failed, trying again", exc_info=True)

    async def compare(self) -> None:
        """Look once at all that is stored, in the order of the models' ids."""
        lost: list[UUID] = []
        passed: UUID | None = None
        after, more = PREFIX, True
        while more:
            objects = await self._runtime.storage.list(PREFIX, after=after, limit=self._page)
            more = len(objects) == self._page
            if objects:
                after = objects[-1].key
                await self._delete_unwanted(objects)
            upto = model_of_key(after) if more else None
            lost += await self._lost(passed, upto, {stored.key for stored in objects})
            passed = upto or passed
        await self._mark(lost)

    async def _delete_unwanted(self, objects: Sequence[StoredObject]) -> None:
        old = datetime.now(UTC) - self._safe_age
        aged = [stored for stored in objects if stored.changed_at < old]
        rows = await self._rows({model_of_key(stored.key) for stored in aged} - {None})
        for stored in aged:
            if not is_wanted(stored.key, rows):
                _log.warning("deleting an object that belongs to no model", key=stored.key)
                await self._runtime.storage.delete(stored.key)

    async def _rows(self, model_ids: Iterable[UUID | None]) -> Mapping[UUID, ModelRow]:
        async with self._runtime.database.reading() as session:
            known = [model_id for model_id in model_ids if model_id is not None]
            return await ModelRepository(session).find_many(known)

    async def _lost(
        self, after: UUID | None, upto: UUID | None, seen: Collection[str]
    ) -> list[UUID]:
        """The models between these ids that could be ordered but whose file is not there. What was
        not `seen` is asked for once more: a page ends anywhere."""
        async with self._runtime.database.reading() as session:
            ready = await ModelRepository(session).ready_between(after, upto)
        keys = {model_id: original_key(model_id) for model_id in ready}
        return [
            model_id
            for model_id, key in keys.items()
            if key not in seen and not await self._is_stored(key)
        ]

    async def _is_stored(self, key: str) -> bool:
        try:
            await self._runtime.storage.size(key)
        except ObjectMissing:
            return False
        return True

    async def _mark(self, lost: Sequence[UUID]) -> None:
        if len(lost) > MOST_LOST:
            _log.error(
                "the files of too many models are missing: is this the right bucket? Nothing is "
                "marked; restore the storage or correct PARTLINE_S3_BUCKET",
                models=len(lost),
            )
            return
        for model_id in lost:
            async with self._runtime.database.transaction() as session:
                row = await ModelRepository(session).lock(model_id)
                if row is not None and row.status == ModelStatus.READY:
                    _log.error("the file of a model is lost", model_id=str(model_id))
                    await expire(session, row, ModelEvent.LOST)


def is_wanted(key: str, rows: Mapping[UUID, ModelRow]) -> bool:
    """Whether an object that is no longer new belongs to what is known."""
    model_id = model_of_key(key)
    row = rows.get(model_id) if model_id is not None else None
    if row is None:
        return False
    if row.status == ModelStatus.EXPIRED:
        return row.objects_deleted_at is None  # the sweeper is about to delete them
    return not (row.status == ModelStatus.READY and key == incoming_key(row.id))
