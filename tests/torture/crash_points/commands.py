"""What the house is told to do beside GraphQL, each in the services' own transactions."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.models.report import ModelReport
from subgraphs.editor.models.announcing import reject
from subgraphs.editor.models.inspecting import Inspected
from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.processing import accept
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import original_key, preview_key, viewer_key
from tests.torture.crash_points.house import Services


async def alive(_: Services) -> bool:
    """The process answers."""
    return True


async def copy_model(services: Services, source: UUID, model_id: UUID, owner: UUID) -> str:
    """The same file once more under another id, as if it had been looked at; gives its status."""
    runtime = services["editor"].runtime
    for key in (original_key, preview_key, viewer_key):
        body = await runtime.storage.get(key(source))
        await runtime.storage.put(key(model_id), body, "application/octet-stream")
    async with runtime.database.transaction() as session:
        known = await session.get_one(ModelRow, source)
        row = await session.get(ModelRow, model_id)
        if row is None and known.content_hash is not None and known.report is not None:
            row = await _processing(session, model_id, owner)
            inspected = Inspected(known.content_hash, ModelReport.from_dict(known.report))
            await accept(session, row, inspected, 90)
    return ModelStatus.READY.value


async def refuse_model(services: Services, model_id: UUID, owner: UUID) -> str:
    """A file that turned out to be useless; gives its status."""
    async with services["editor"].runtime.database.transaction() as session:
        if await session.get(ModelRow, model_id) is None:
            row = await _processing(session, model_id, owner)
            await reject(session, row, "NOT_A_MODEL", "This is no model. Export it again.")
    return ModelStatus.REJECTED.value


async def _processing(session: AsyncSession, model_id: UUID, owner: UUID) -> ModelRow:
    row = ModelRow(
        id=model_id,
        owner_id=owner,
        file_name="part.stl",
        size=1,
        content_type="model/stl",
        status=ModelStatus.PROCESSING,
        public=False,
        attempts=1,
    )
    session.add(row)
    await session.flush()
    return row
