"""Processing an uploaded model: claimed by a lease, written only while the lease is held."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit
from jobs.innocence import is_innocent
from jobs.leases import Lease, LeaseLost, Leases
from jobs.rejection import ModelRejected
from shared.messaging.events import FileUploaded
from shared.service import Runtime
from subgraphs.editor.models.announcing import announce, reject
from subgraphs.editor.models.inspecting import Inspected, inspect, is_final
from subgraphs.editor.models.leases import ModelLeases
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus, after
from subgraphs.editor.models.report import facts_of
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import incoming_key, original_key

_log = structlog.get_logger(__name__)

ModelLease = Lease[ModelRow, AsyncSession]


class ModelProcessing:
    """What a worker of the pool `models` does."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._leases = Leases(
            runtime.database, ModelLeases, runtime.settings.pricing_lease_seconds, is_innocent
        )

    async def run(self, model_id: UUID) -> None:
        """Process a model, if it still needs it and nobody else does.

        Raises what went wrong after giving the lease back; the sweeper counts and decides.
        """
        try:
            await self._leases.work(model_id, self._work)
        except LeaseLost:
            _log.info("model was taken away", model_id=str(model_id))
            async with self._runtime.database.transaction() as session:
                await ModelRepository(session).delete_objects_again(model_id)

    async def _work(self, lease: ModelLease) -> None:
        await self._finish(lease, await self._look(lease.row))

    async def _look(self, row: ModelRow) -> Inspected | ModelRejected:
        try:
            return await inspect(self._runtime, row)
        except ModelRejected as rejected:
            if is_final(rejected):
                return rejected
            raise

    async def _finish(self, lease: ModelLease, outcome: Inspected | ModelRejected) -> None:
        async with self._runtime.database.transaction() as session:
            row = await lease.held(session)
            if isinstance(outcome, Inspected):
                await accept(session, row, outcome, self._runtime.settings.model_retention_days)
                incoming = incoming_key(row.id)
                after_commit(
                    session, f"delete {incoming}", lambda: self._runtime.storage.delete(incoming)
                )
            else:
                await reject(session, row, outcome.code, outcome.sentence)


async def accept(
    session: AsyncSession, row: ModelRow, inspected: Inspected, retention_days: int
) -> None:
    """The model can be used; everybody is told in the same transaction. If nobody ever orders it,
    it expires after `retention_days`."""
    row.status = after(ModelStatus(row.status), ModelEvent.ACCEPTED)
    row.lease_token = row.lease_until = None
    row.retention_until = func.clock_timestamp() + timedelta(days=retention_days)
    row.content_hash, row.size = inspected.content_hash, inspected.size
    row.format = inspected.report.format
    row.report = inspected.report.to_dict()
    event = FileUploaded(
        model_id=row.id,
        owner_id=row.owner_id,
        file_name=row.file_name,
        size=row.size,
        content_hash=inspected.content_hash,
        object_key=original_key(row.id),
        format=inspected.report.format,
        facts=facts_of(inspected.report),
        public=row.public,
    )
    await announce(session, row, event)


def task(processing: ModelProcessing) -> Callable[[str], Awaitable[None]]:
    """The task of the pool `models`."""

    async def process_model(model_id: str) -> None:
        await processing.run(UUID(model_id))

    return process_model
