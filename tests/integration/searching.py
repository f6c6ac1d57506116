"""How many rows of a table a search reads."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_READ = text(
    "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)"
    " from pg_stat_xact_user_tables where relname = :table"
)


async def rows_read(session: AsyncSession, table: str) -> int:
    """By this transaction so far, needed or not."""
    return int(await session.scalar(_READ, {"table": table}) or 0)
