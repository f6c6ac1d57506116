"""Loading what is known for the pricing of lines."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.agreement import Customer
from jobs.pricing.book import PriceBook
from shared.messaging.events import RequestedLine
from subgraphs.mes.analyses.repository import AnalysisRepository
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.files.repository import ModelFileRepository
from subgraphs.mes.orders.plan import Known, request_of
from subgraphs.mes.pricebook.current import book_in_force
from subgraphs.mes.refusal import Refusal


async def load_known(
    session: AsyncSession, lines: Collection[RequestedLine], customer: Customer | None
) -> Known:
    """The price book, and the files and analyses that these lines need, in three queries."""
    book = (await book_in_force(session)).book
    return await known_with(session, lines, book, customer)


async def known_with(
    session: AsyncSession,
    lines: Collection[RequestedLine],
    book: PriceBook,
    customer: Customer | None,
) -> Known:
    """The same with a price book that need not be in force."""
    files = await ModelFileRepository(session).find_many({line.model_id for line in lines})
    keys = set()
    for line in lines:
        request, file = request_of(line, book), files.get(line.model_id)
        if isinstance(file, KnownFile) and not isinstance(request, Refusal):
            keys.add(request.key(file.content_hash))
    return Known(files, await AnalysisRepository(session).find_many(keys), book, customer)
