"""All SQL on analyses."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.analysis import Analysis
from subgraphs.mes.analyses.tables import AnalysisRow
from subgraphs.mes.refusal import Refusal

RECENT = 50
FIRST_GUESS_SECONDS = 2.0


Answer = Analysis | Refusal


class AnalysisRepository:
    """Reads and writes analyses in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find_many(self, keys: Collection[str]) -> Mapping[str, Answer]:
        """The answers that are known."""
        if not keys:
            return {}
        rows = await self._session.scalars(select(AnalysisRow).where(AnalysisRow.key.in_(keys)))
        return {row.key: _answer(row) for row in rows}

    async def store(
        self, key: str, content_hash: str, profile: str, answer: Answer, seconds: float
    ) -> None:
        """Keep an answer; one that is known stays as it is, since it says the same."""
        refusal = answer if isinstance(answer, Refusal) else None
        await self._session.execute(
            insert(AnalysisRow)
            .values(
                key=key,
                content_hash=content_hash,
                profile=profile,
                result=answer.to_dict() if isinstance(answer, Analysis) else None,
                refusal_code=refusal and refusal.code,
                refusal_message=refusal and refusal.message,
                seconds=seconds,
            )
            .on_conflict_do_nothing()
        )

    async def typical_seconds(self) -> float:
        """The median time that the latest analyses took; a guess before the first."""
        latest = (
            select(AnalysisRow.seconds)
            .order_by(AnalysisRow.computed_at.desc())
            .limit(RECENT)
            .subquery()
        )
        median = await self._session.scalar(
            select(func.percentile_cont(0.5).within_group(latest.c.seconds))
        )
        return FIRST_GUESS_SECONDS if median is None else float(median)


def _answer(row: AnalysisRow) -> Answer:
    if row.result is not None:
        return Analysis.from_dict(row.result)
    return Refusal(row.refusal_code or "FAILED", row.refusal_message or "")
