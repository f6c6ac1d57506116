"""Accepting the offer to repair a model: a new model, made by us; the original stays as it is."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.models.report import ModelReport
from shared.errors import Conflict
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.identity import Identity
from shared.ids import new_id
from shared.live import changed
from shared.service import Runtime
from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.service import call_worker, changeable
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import (
    DEFAULT_CONTENT_TYPE,
    UploadRequest,
    check_quota,
    repaired_name,
)


async def repair_model(
    runtime: Runtime, identity: Identity, model_id: UUID, key: str | None = None
) -> ModelRow:
    """The repaired form of a model, being made by a worker; the one that there is already, when it
    was asked for before.

    Raises NotFound, Conflict NOT_REPAIRABLE where the check offers no repair, and Conflict QUOTA
    for a visitor who keeps too much already.
    """
    async with runtime.database.transaction() as session:
        body = hash_of({"modelId": str(model_id)})
        claimed = await claim(session, identity.subject, "repairModel", key, body)
        models = ModelRepository(session)
        if claimed.answer is not None:
            return changeable(await models.find(UUID(claimed.answer["modelId"])), identity)
        original = changeable(await models.lock(model_id), identity)
        _refuse_unless_offered(original)
        row = await models.repaired_form(model_id)
        if row is None:
            row = await _begin(session, runtime, identity, original)
        await claimed.keep({"modelId": str(row.id)})
    return row


async def _begin(
    session: AsyncSession, runtime: Runtime, identity: Identity, original: ModelRow
) -> ModelRow:
    models, settings = ModelRepository(session), runtime.settings
    name = repaired_name(original.file_name)
    if identity.has("visitor"):
        wanted = UploadRequest(name, original.size, DEFAULT_CONTENT_TYPE)
        kept, total = await models.kept_by(identity.subject)
        check_quota(kept, total, wanted, settings.visitor_models, settings.visitor_bytes)
    row = ModelRow(
        id=new_id(),
        owner_id=original.owner_id,
        file_name=name,
        size=original.size,
        content_type=DEFAULT_CONTENT_TYPE,
        status=ModelStatus.PROCESSING,
        repaired_from=original.id,
    )
    models.add(row)
    await session.flush()
    call_worker(session, runtime, row)
    changed(session, f"model:{original.id}")
    return row


def _refuse_unless_offered(row: ModelRow) -> None:
    offered = row.report is not None and ModelReport.from_dict(row.report).repair is not None
    if row.status != ModelStatus.READY or not offered:
        raise Conflict(
            "There is no repair to accept for this model: its surface is closed, or cannot be "
            "closed without guessing. Repair it in your CAD program and upload it again.",
            "NOT_REPAIRABLE",
        )
