"""The price book in force, read once for each version in each process."""

from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.mes.pricebook.repository import BookInForce, PriceBookRepository


class NoPriceBook(Exception):
    """The database holds no price book: it was not seeded."""


class CurrentBook:
    """Asks only for the newest version's number; its content never changes and is kept."""

    def __init__(self) -> None:
        self._known: dict[int, BookInForce] = {}

    async def load(self, session: AsyncSession) -> BookInForce:
        """The newest price book. Raises NoPriceBook."""
        books = PriceBookRepository(session)
        version = await books.latest_version()
        if version is None:
            raise NoPriceBook("There is no price book. Run `partline seed`.")
        if version not in self._known:
            found = await books.find(version)
            if found is None:
                raise NoPriceBook(f"Price book {version} vanished while it was read.")
            self._known = {version: found}
        return self._known[version]
