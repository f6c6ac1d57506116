"""All SQL on the price book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.book import PriceBook
from subgraphs.mes.pricebook.tables import PriceBookRow

_PUBLICATIONS = select(
    PriceBookRow.version,
    PriceBookRow.valid_from,
    PriceBookRow.published_by,
    PriceBookRow.reason,
    PriceBookRow.copied_from,
)


@dataclass(frozen=True)
class BookInForce:
    """A price book and since when it counts."""

    book: PriceBook
    valid_from: datetime


@dataclass(frozen=True)
class Publication:
    """Who made a version count, when and why; None for the first, which nobody published."""

    version: int
    valid_from: datetime
    by: str | None
    reason: str | None
    copied_from: int | None


class PriceBookRepository:
    """Reads and writes price books in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def latest_version(self) -> int | None:
        """The number of the newest version; None before the first."""
        newest = select(PriceBookRow.version).order_by(PriceBookRow.version.desc()).limit(1)
        return (await self._session.scalars(newest)).one_or_none()

    async def find(self, version: int) -> BookInForce | None:
        """One version, read and checked."""
        row = await self._session.get(PriceBookRow, version)
        if row is None:
            return None
        return BookInForce(PriceBook.from_dict(row.content), row.valid_from)

    async def add(self, book: PriceBook, **publication: object) -> bool:
        """A new version; one that exists is never changed, and the answer is False."""
        added = (
            insert(PriceBookRow)
            .values(version=book.version, content=book.to_dict(), **publication)
            .on_conflict_do_nothing()
            .returning(PriceBookRow.version)
        )
        return await self._session.scalar(added) is not None

    async def publication(self, version: int) -> Publication | None:
        """Of one version, by its number."""
        found = await self._session.execute(_PUBLICATIONS.where(PriceBookRow.version == version))
        row = found.one_or_none()
        return None if row is None else Publication(*row)

    async def publications(self, limit: int, before: int | None = None) -> Sequence[Publication]:
        """The versions, newest first, those before `before`."""
        query = _PUBLICATIONS.order_by(PriceBookRow.version.desc()).limit(limit)
        if before is not None:
            query = query.where(PriceBookRow.version < before)
        return [Publication(*row) for row in await self._session.execute(query)]
