"""All SQL on drafts."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.book import PriceBook
from shared.ids import new_id
from subgraphs.mes.drafts.tables import DraftRow


class DraftRepository:
    """Reads and writes drafts in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, owner_id: UUID) -> DraftRow | None:
        """The draft of a manager."""
        query = select(DraftRow).where(DraftRow.owner_id == owner_id)
        return (await self._session.scalars(query)).one_or_none()

    async def lock(self, draft_id: UUID, owner_id: UUID) -> DraftRow | None:
        """The draft of an id, locked, if it is the manager's."""
        query = select(DraftRow).where(DraftRow.id == draft_id, DraftRow.owner_id == owner_id)
        return (await self._session.scalars(query.with_for_update())).one_or_none()

    async def add(self, owner_id: UUID, **values: object) -> DraftRow | None:
        """A new draft; None when the manager has one, perhaps begun at the same moment."""
        added = (
            insert(DraftRow)
            .values(id=new_id(), owner_id=owner_id, revision=1, **values)
            .on_conflict_do_nothing(index_elements=[DraftRow.owner_id])
            .returning(DraftRow)
        )
        return (await self._session.scalars(added)).one_or_none()

    async def keep(self, row: DraftRow, book: PriceBook) -> None:
        """The draft's next revision."""
        row.content = book.to_dict()
        row.revision += 1
        row.changed_at = func.clock_timestamp()
        await self._session.flush()

    async def remove(self, row: DraftRow) -> None:
        """The draft is published or discarded."""
        await self._session.delete(row)
        await self._session.flush()
