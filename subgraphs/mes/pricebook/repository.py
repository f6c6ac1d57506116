"""All SQL on the price book."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.book import PriceBook
from subgraphs.mes.pricebook.tables import PriceBookRow


@dataclass(frozen=True)
class BookInForce:
    """The newest price book and since when it counts."""

    book: PriceBook
    valid_from: datetime


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

    async def add(self, book: PriceBook) -> None:
        """A new version; one that exists is never changed."""
        await self._session.execute(
            insert(PriceBookRow)
            .values(version=book.version, content=book.to_dict())
            .on_conflict_do_nothing()
        )
