"""All SQL on known model files."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.events import ModelFacts
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.files.tables import ModelFileRow
from subgraphs.mes.refusal import Refusal

_EXPIRED = Refusal(
    "MODEL_EXPIRED",
    "The model is no longer stored. Upload the file again and choose it for this line.",
)


class ModelFileRepository:
    """Reads and writes model files in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find_many(self, model_ids: Collection[UUID]) -> Mapping[UUID, KnownFile | Refusal]:
        """Those of the models that mes has heard of; a refusal for one that cannot be priced."""
        if not model_ids:
            return {}
        rows = await self._session.scalars(
            select(ModelFileRow)
            .where(ModelFileRow.id.in_(model_ids))
            .execution_options(populate_existing=True)
        )
        return {row.id: _known(row) for row in rows}

    async def store(self, model_id: UUID, **values: object) -> None:
        """Remember what an event told of a model."""
        await self._session.execute(
            insert(ModelFileRow)
            .values(id=model_id, **values)
            .on_conflict_do_update(index_elements=[ModelFileRow.id], set_=values)
        )


def _known(row: ModelFileRow) -> KnownFile | Refusal:
    if row.expired:
        return _EXPIRED
    if row.refusal_code is not None:
        return Refusal(row.refusal_code, row.refusal_message or "")
    return KnownFile(
        object_key=row.object_key or "",
        size=row.size or 0,
        content_hash=row.content_hash or "",
        facts=ModelFacts.model_validate(row.facts),
        owner_id=row.owner_id,
        public=row.public,
    )
