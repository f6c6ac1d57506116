"""All SQL on offers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.mes.offers.state import OfferState
from subgraphs.mes.offers.tables import OfferRow

_WAITS = OfferRow.state == OfferState.WAITING


class OfferRepository:
    """Reads and writes offers in the caller's transaction. Whoever writes has locked the order."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: OfferRow) -> None:
        """A person is asked."""
        self._session.add(row)

    async def of(self, order_id: UUID, revision: int) -> OfferRow | None:
        """The offer for a revision, as it is now."""
        return await self._session.get(OfferRow, (order_id, revision), populate_existing=True)

    async def waiting_for(self, order_id: UUID) -> OfferRow | None:
        """The offer that a person is to make for an order."""
        query = select(OfferRow).where(OfferRow.order_id == order_id, _WAITS)
        return (await self._session.scalars(query)).one_or_none()

    async def last_made(self, order_id: UUID) -> OfferRow | None:
        """The newest offer for an order that a person has made."""
        query = (
            select(OfferRow)
            .where(OfferRow.order_id == order_id, OfferRow.state == OfferState.MADE)
            .order_by(OfferRow.revision.desc())
            .limit(1)
        )
        return (await self._session.scalars(query)).one_or_none()

    async def newest(self, order_ids: Collection[UUID]) -> Mapping[UUID, OfferRow]:
        """The offer of the newest revision of each order that has any."""
        rows = await self._session.scalars(
            select(OfferRow)
            .where(OfferRow.order_id.in_(order_ids))
            .distinct(OfferRow.order_id)
            .order_by(OfferRow.order_id, OfferRow.revision.desc())
        )
        return {row.order_id: row for row in rows}

    async def page(self, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[OfferRow]:
        """Those that wait, newest first, after `after`."""
        query = select(OfferRow).where(_WAITS)
        if after is not None:
            query = query.where(tuple_(OfferRow.asked_at, OfferRow.order_id) < after)
        query = query.order_by(OfferRow.asked_at.desc(), OfferRow.order_id.desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def count(self, limit: int) -> int:
        """How many wait, counted up to `limit`."""
        found = select(OfferRow.order_id).where(_WAITS).limit(limit).subquery()
        return await self._session.scalar(select(func.count()).select_from(found)) or 0
