"""The steps of production as mutations; each is one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import NotFound
from shared.graphql import Info
from shared.identity import Identity, require
from subgraphs.operator.work import service
from subgraphs.operator.work.access import Sight
from subgraphs.operator.work.tables import WorkOrder as WorkRow
from subgraphs.operator.work.types import WorkOrder


@strawberry.enum
class ProblemKind(Enum):
    """REWORK: the same operator mends it. SCRAP: it goes back to the board to be made anew."""

    REWORK = "REWORK"
    SCRAP = "SCRAP"


@dataclass(frozen=True, slots=True)
class _Command:
    session: AsyncSession
    work_id: UUID
    operator: Identity

    def answer(self, row: WorkRow) -> WorkOrder:
        return WorkOrder.of(row, self.operator, Sight.FULL)


@asynccontextmanager
async def _command(info: Info, work_id: str) -> AsyncIterator[_Command]:
    context = info.context
    require(context.identity, "operator")
    try:
        key = UUID(work_id)
    except ValueError:
        raise NotFound("There is no such work order. Choose one from the board.") from None
    async with context.runtime.database.transaction() as session:
        yield _Command(session, key, context.identity)


@strawberry.type
class WorkMutation:
    @strawberry.mutation
    async def claim_work(self, info: Info, id: strawberry.ID) -> WorkOrder:  # noqa: A002
        async with _command(info, id) as c:
            return c.answer(await service.claim(c.session, c.work_id, c.operator))

    @strawberry.mutation
    async def release_work(self, info: Info, id: strawberry.ID) -> WorkOrder:  # noqa: A002
        async with _command(info, id) as c:
            return c.answer(await service.release(c.session, c.work_id, c.operator))

    @strawberry.mutation
    async def start_production(self, info: Info, id: strawberry.ID) -> WorkOrder:  # noqa: A002
        async with _command(info, id) as c:
            return c.answer(await service.start(c.session, c.work_id, c.operator))

    @strawberry.mutation
    async def report_problem(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        kind: ProblemKind,
        reason: str,
    ) -> WorkOrder:
        async with _command(info, id) as c:
            scrap = kind is ProblemKind.SCRAP
            row = await service.report_problem(
                c.session, c.work_id, c.operator, scrap=scrap, reason=reason
            )
            return c.answer(row)

    @strawberry.mutation
    async def resume_work(self, info: Info, id: strawberry.ID) -> WorkOrder:  # noqa: A002
        async with _command(info, id) as c:
            return c.answer(await service.resume(c.session, c.work_id, c.operator))

    @strawberry.mutation
    async def finish_production(self, info: Info, id: strawberry.ID) -> WorkOrder:  # noqa: A002
        async with _command(info, id) as c:
            return c.answer(await service.finish(c.session, c.work_id, c.operator))

    @strawberry.mutation
    async def ship_work(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        carrier: str,
        tracking_number: str,
    ) -> WorkOrder:
        async with _command(info, id) as c:
            row = await service.ship(
                c.session,
                c.work_id,
                c.operator,
                carrier=carrier,
                tracking_number=tracking_number,
            )
            return c.answer(row)

    @strawberry.mutation
    async def mark_delivered(self, info: Info, id: strawberry.ID) -> WorkOrder:  # noqa: A002
        async with _command(info, id) as c:
            return c.answer(await service.deliver(c.session, c.work_id, c.operator))
