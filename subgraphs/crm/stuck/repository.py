"""All SQL on stuck orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.crm.journey.tables import JourneyOrderRow


async def overdue(
    session: AsyncSession, patience: Mapping[str, timedelta], moment: datetime, limit: int
) -> Sequence[JourneyOrderRow]:
    """Orders that wait longer than `patience` allows after their newest event, oldest first."""
    late = [
        sa.and_(JourneyOrderRow.last_event == event, JourneyOrderRow.last_at < moment - longest)
        for event, longest in patience.items()
    ]
    query = (
        sa.select(JourneyOrderRow)
        .where(JourneyOrderRow.ended.is_(False), sa.or_(*late))
        .order_by(JourneyOrderRow.last_at, JourneyOrderRow.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()
