"""The price book in force, read once for each version in each process, and older ones."""

from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from jobs.pricing.book import PriceBook
from shared.errors import NotFound
from subgraphs.mes.pricebook.repository import BookInForce, PriceBookRepository

_known: WeakKeyDictionary[Database, BookInForce] = WeakKeyDictionary()


class NoPriceBook(Exception):
    """The database holds no price book: it was not seeded."""


async def book_in_force(session: AsyncSession) -> BookInForce:
    """The newest price book. Only its number is asked for; a version's content never changes.

    Raises NoPriceBook.
    """
    database: Database = session.info["database"]
    books = PriceBookRepository(session)
    version = await books.latest_version()
    if version is None:
        raise NoPriceBook("There is no price book. Run `partline seed`.")
    known = _known.get(database)
    if known is None or known.book.version != version:
        known = await books.find(version)
        if known is None:
            raise NoPriceBook(f"Price book {version} vanished while it was read.")
        _known[database] = known
    return known


async def published(session: AsyncSession, version: int) -> PriceBook:
    """The price book of a version, in force or older. Raises NotFound."""
    found = await PriceBookRepository(session).find(version)
    if found is None:
        raise NotFound(f"There is no version {version} of the price book. Choose another.")
    return found.book
