"""The board in the graph."""

import strawberry

from shared.graphql import Info
from shared.graphql.types import PageInfo
from shared.identity import require
from subgraphs.operator.board import repository, service
from subgraphs.operator.work.access import Sight
from subgraphs.operator.work.lifecycle import WorkState
from subgraphs.operator.work.types import WorkOrder, visible_work


@strawberry.type
class WorkOrderConnection:
    nodes: list[WorkOrder]
    page_info: PageInfo
    asked: strawberry.Private[service.Asked]

    @strawberry.field
    async def total_count(self, info: Info) -> int | None:
        """Counted up to 10,000; null for a search."""
        async with info.context.runtime.database.reading() as session:
            return await service.count(session, self.asked)


@strawberry.type
class WorkCount:
    state: WorkState
    count: int


@strawberry.type
class BoardQuery:
    @strawberry.field
    async def board(
        self,
        info: Info,
        *,
        states: list[WorkState] | None = None,
        mine: bool | None = None,
        search: str | None = None,
        first: int = 25,
        after: str | None = None,
    ) -> WorkOrderConnection | None:
        """Work, newest first: open by default. A search by reference finds closed work too."""
        viewer = info.context.identity
        require(viewer, "operator", "manager")
        asked = service.Asked(states, viewer.subject if mine else None, search)
        async with info.context.runtime.database.reading() as session:
            page = await service.page(session, asked, first=first, after=after)
        return WorkOrderConnection(
            nodes=[WorkOrder.of(row, viewer, Sight.FULL) for row in page.rows],
            page_info=PageInfo(has_next_page=page.has_next_page, end_cursor=page.end_cursor),
            asked=asked,
        )

    @strawberry.field
    async def work_order(self, info: Info, id: strawberry.ID) -> WorkOrder | None:  # noqa: A002
        """Null when it does not exist or is not the caller's to see."""
        return await visible_work(info, id)

    @strawberry.field
    async def board_counts(self, info: Info) -> list[WorkCount] | None:
        """How much waits in each open state, counted up to 10,000."""
        require(info.context.identity, "operator", "manager")
        async with info.context.runtime.database.reading() as session:
            counts = await repository.counts(session)
        return [WorkCount(state=state, count=count) for state, count in counts.items()]
