"""What the house is told to do beside GraphQL, each in the services' own transactions."""

import asyncio
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.models.report import ModelReport
from shared.ids import new_id
from shared.messaging import publish
from shared.messaging.events import AccountRegistered
from subgraphs.editor.models.announcing import reject
from subgraphs.editor.models.inspecting import Inspected
from subgraphs.editor.models.leases import ModelLeases
from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.processing import accept
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import original_key, preview_key, viewer_key
from tests.torture.crash_points.house import Services

_PATIENCE = 30
_CONFIRMED = sa.text("select exists (select from inbox_position where aggregate_id = :id)")


async def alive(_: Services) -> bool:
    """The process answers."""
    return True


async def silent(_: Services) -> None:
    """The process never answers this."""
    await asyncio.Event().wait()


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
            report = ModelReport.from_dict(known.report)
            inspected = Inspected(known.content_hash, known.size, report)
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


async def late_commit(services: Services) -> str:
    """An event whose transaction ends after that of a later one; gives the early bird's id.

    The latecomer has the lower numbers. It waits until the other's event was applied, or, where
    that cannot happen before, for a while.
    """
    database = services["accounts"].runtime.database
    late, early = new_id(), new_id()
    async with database.transaction() as waiting:
        await _registered(waiting, late)
        async with database.transaction() as session:
            await _registered(session, early)
        for _ in range(_PATIENCE):
            async with services["crm"].runtime.database.reading() as session:
                if await session.scalar(_CONFIRMED, {"id": early}):
                    break
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
    return str(late)


async def burst(services: Services) -> str:
    """Several events of one aggregate at once; gives its id."""
    account_id = new_id()
    async with services["accounts"].runtime.database.transaction() as session:
        for _ in range(5):
            await _registered(session, account_id)
    return str(account_id)


async def _registered(session: AsyncSession, account_id: UUID) -> None:
    event = AccountRegistered(account_id=account_id, email="e@example.org", name="E", roles=())
    await publish(
        session,
        event,
        aggregate_type="account",
        aggregate_id=account_id,
        correlation_id=account_id,
    )


async def overtaken_worker(services: Services) -> bool:
    """Whether a worker that was stopped past its lease may write what another is working on."""
    model_id, mine, theirs = new_id(), uuid4(), uuid4()
    database = services["editor"].runtime.database
    async with database.transaction() as session:
        row = await _processing(session, model_id, uuid4())
        row.attempts = 0
    for token, seconds in ((mine, 0.0), (theirs, 60.0)):
        async with database.transaction() as session:
            await ModelLeases(session).claim(model_id, token, seconds)
    async with database.transaction() as session:
        return await ModelLeases(session).lock_held(model_id, mine) is not None
