"""What people do with models."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit
from shared.errors import Conflict, NotFound
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.identity import Identity, require
from shared.ids import new_id
from shared.live import changed
from shared.service import Runtime
from shared.storage import ObjectMissing, PresignedUpload
from subgraphs.editor.models.access import may_change, may_read
from subgraphs.editor.models.announcing import expire, reject
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus, after
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import (
    UploadRequest,
    check_quota,
    check_upload,
    incoming_key,
)

POOL = "models"
TASK = "process_model"


@dataclass(frozen=True)
class StartedUpload:
    """A model that waits for its bytes, and the one request that may bring them."""

    model: ModelRow
    request: PresignedUpload
    expires_at: datetime


class ModelService:
    """Each command is one transaction."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def create_upload(
        self,
        identity: Identity,
        file_name: str,
        size: int,
        content_type: str | None,
        *,
        key: str | None = None,
    ) -> StartedUpload:
        """Give a model its permanent id, and the address to send its bytes to; with a `key` that
        was sent before, the same model and a fresh address.

        Raises Invalid EMPTY_FILE or FILE_TOO_LARGE, and Conflict QUOTA for a visitor who keeps too
        much already.
        """
        require(identity, "visitor", "customer", "partner", "crm", "operator", "manager")
        settings = self._runtime.settings
        wanted = check_upload(file_name, size, content_type, settings.upload_max_bytes)
        async with self._runtime.database.transaction() as session:
            row = await self._create(session, identity, wanted, key)
        seconds = settings.upload_url_seconds
        request = self._runtime.storage.presign_put(
            incoming_key(row.id),
            length=wanted.size,
            content_type=wanted.content_type,
            seconds=seconds,
        )
        return StartedUpload(row, request, datetime.now(UTC) + timedelta(seconds=seconds))

    async def _create(
        self, session: AsyncSession, identity: Identity, wanted: UploadRequest, key: str | None
    ) -> ModelRow:
        body = hash_of(asdict(wanted))
        claimed = await claim(session, identity.subject, "createUpload", key, body)
        models, settings = ModelRepository(session), self._runtime.settings
        if claimed.answer is not None:
            return changeable(await models.find(UUID(claimed.answer["modelId"])), identity)
        if identity.has("visitor"):
            kept, total = await models.kept_by(identity.subject)
            check_quota(kept, total, wanted, settings.visitor_models, settings.visitor_bytes)
        row = ModelRow(
            id=new_id(),
            owner_id=identity.subject,
            file_name=wanted.file_name,
            size=wanted.size,
            content_type=wanted.content_type,
            status=ModelStatus.AWAITING_UPLOAD,
        )
        models.add(row)
        await session.flush()
        await claimed.keep({"modelId": str(row.id)})
        return row

    async def complete_upload(self, identity: Identity, model_id: UUID) -> ModelRow:
        """The bytes are sent: check their number and have them processed. May be repeated.

        Raises NotFound, and Conflict UPLOAD_INCOMPLETE while nothing has arrived.
        """
        async with self._runtime.database.reading() as session:
            row = changeable(await ModelRepository(session).find(model_id), identity)
        if row.status != ModelStatus.AWAITING_UPLOAD:
            return row
        try:
            stored = await self._runtime.storage.size(incoming_key(model_id))
        except ObjectMissing:
            raise Conflict(
                "The file has not arrived yet. Send it to the upload's address, then try again.",
                "UPLOAD_INCOMPLETE",
            ) from None
        async with self._runtime.database.transaction() as session:
            row = changeable(await ModelRepository(session).lock(model_id), identity)
            if row.status == ModelStatus.AWAITING_UPLOAD:
                await self._accept(session, row, stored)
        return row

    async def delete(self, identity: Identity, model_id: UUID) -> None:
        """Forget a model and its bytes. A second time changes nothing.

        Raises NotFound, and Conflict MODEL_IN_USE while an order needs it.
        """
        async with self._runtime.database.transaction() as session:
            models = ModelRepository(session)
            row = changeable(await models.lock(model_id), identity)
            if row.status == ModelStatus.EXPIRED:
                return
            if await models.in_use(model_id):
                raise Conflict(
                    "An order that is under way needs this model. Delete it once the order is "
                    "closed, or cancel the order.",
                    "MODEL_IN_USE",
                )
            await expire(session, row, ModelEvent.DELETED)

    async def _accept(self, session: AsyncSession, row: ModelRow, stored: int) -> None:
        if stored != row.size:
            await reject(
                session,
                row,
                "SIZE_MISMATCH",
                f"{stored:,} bytes arrived instead of {row.size:,}. Upload the file again.",
            )
            return
        row.status = after(ModelStatus(row.status), ModelEvent.UPLOADED)
        call_worker(session, self._runtime, row)
        changed(session, f"model:{row.id}")


def call_worker(session: AsyncSession, runtime: Runtime, row: ModelRow) -> None:
    """Have a worker process the model once this transaction is committed."""
    model_id, call_id = str(row.id), uuid4().hex
    row.call_id = call_id
    row.hinted_at = func.clock_timestamp()
    after_commit(
        session,
        f"process {model_id}",
        lambda: runtime.queue.enqueue(POOL, TASK, model_id, call_id=call_id),
    )


def readable(row: ModelRow | None, identity: Identity) -> bool:
    """Whether there is such a model and the caller may see it."""
    return row is not None and may_read(identity, row.owner_id, public=row.public)


def changeable(row: ModelRow | None, identity: Identity) -> ModelRow:
    """The model, if there is one and the caller may change it; raises NotFound."""
    if row is None or not may_change(identity, row.owner_id, public=row.public):
        raise NotFound("There is no such model, or it is not yours. Upload the file again.")
    return row
