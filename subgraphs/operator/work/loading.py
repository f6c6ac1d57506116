"""Work orders by id, one query for all that a request asks for."""

from collections.abc import Sequence
from uuid import UUID

from shared.graphql import Context
from subgraphs.operator.work import repository
from subgraphs.operator.work.tables import WorkOrder


async def load_work(context: Context, work_id: UUID) -> WorkOrder | None:
    async def load(ids: Sequence[UUID]) -> list[WorkOrder | None]:
        async with context.runtime.database.reading() as session:
            rows = await repository.of_ids(session, ids)
        return [rows.get(key) for key in ids]

    return await context.loader("work", load).load(work_id)
