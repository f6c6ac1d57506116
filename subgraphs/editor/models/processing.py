"""Processing an uploaded model: claimed by a lease, written only while the lease is held."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit
from jobs.leases import LeaseLost, holding
from jobs.rejection import ModelRejected
from shared.messaging.events import FileUploaded
from shared.messaging.faults import is_infrastructure
from shared.service import Runtime
from shared.storage import StorageUnavailable
from subgraphs.editor.models.announcing import announce, reject
from subgraphs.editor.models.inspecting import Inspected, inspect, is_final
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus, after
from subgraphs.editor.models.report import facts_of
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import incoming_key, original_key

_RENEWALS_IN_A_LEASE = 3
_log = structlog.get_logger(__name__)


class ModelProcessing:
    """What a worker of the pool `models` does."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lease = runtime.settings.pricing_lease_seconds

    async def run(self, model_id: UUID) -> None:
        """Process a model, if it still needs it and nobody else does.

        Raises what went wrong after giving the lease back; the sweeper counts and decides.
        """
        token = uuid4()
        async with self._runtime.database.transaction() as session:
            row = await ModelRepository(session).claim(model_id, token, self._lease)
        if row is None:
            return
        try:
            async with holding(
                partial(self._renew, model_id, token), self._lease / _RENEWALS_IN_A_LEASE
            ):
                await self._finish(model_id, token, await self._look(row))
        except LeaseLost:
            _log.info("model was taken away", model_id=str(model_id))
            async with self._runtime.database.transaction() as session:
                await ModelRepository(session).delete_objects_again(model_id)
        except asyncio.CancelledError:
            await asyncio.shield(self._release(model_id, token, counts=False))
            raise
        except StorageUnavailable:
            await self._release(model_id, token, counts=False)
            raise
        except Exception as error:
            # A database that is restarted says nothing about the model.
            await self._release(model_id, token, counts=not is_infrastructure(error))
            raise

    async def _look(self, row: ModelRow) -> Inspected | ModelRejected:
        try:
            return await inspect(self._runtime, row)
        except ModelRejected as rejected:
            if is_final(rejected):
                return rejected
            raise

    async def _finish(
        self, model_id: UUID, token: UUID, outcome: Inspected | ModelRejected
    ) -> None:
        async with self._runtime.database.transaction() as session:
            models = ModelRepository(session)
            row = await models.lock_held(model_id, token)
            if row is None:
                await models.delete_objects_again(model_id)
            elif isinstance(outcome, Inspected):
                await accept(session, row, outcome)
                incoming = incoming_key(model_id)
                after_commit(
                    session, f"delete {incoming}", lambda: self._runtime.storage.delete(incoming)
                )
            else:
                await reject(session, row, outcome.code, outcome.sentence)

    async def _renew(self, model_id: UUID, token: UUID) -> bool:
        async with self._runtime.database.transaction() as session:
            return await ModelRepository(session).renew(model_id, token, self._lease)

    async def _release(self, model_id: UUID, token: UUID, *, counts: bool) -> None:
        async with self._runtime.database.transaction() as session:
            await ModelRepository(session).release(model_id, token, counts=counts)


async def accept(session: AsyncSession, row: ModelRow, inspected: Inspected) -> None:
    """The model can be used; everybody is told in the same transaction."""
    row.status = after(ModelStatus(row.status), ModelEvent.ACCEPTED)
    row.lease_token = row.lease_until = None
    row.content_hash = inspected.content_hash
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
