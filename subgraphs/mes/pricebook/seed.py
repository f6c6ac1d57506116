"""The price book that mes cannot be without."""

from db.engine import Database
from jobs.pricing.seed import default_price_book
from subgraphs.mes.pricebook.repository import PriceBookRepository


async def seed(database: Database) -> None:
    """Put in the first version of the prices, if there is none."""
    async with database.transaction() as session:
        books = PriceBookRepository(session)
        if await books.latest_version() is None:
            await books.add(default_price_book())
