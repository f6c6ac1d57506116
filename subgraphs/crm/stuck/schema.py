"""Stuck orders in the graph."""

from datetime import datetime

import strawberry

from shared.graphql import Info
from shared.graphql.paging import page_size
from shared.identity import require
from subgraphs.crm.access import CARERS
from subgraphs.crm.clock import now
from subgraphs.crm.order import Order
from subgraphs.crm.stuck import repository
from subgraphs.crm.stuck.rule import WAITS


@strawberry.type
class StuckOrder:
    """An order that has waited too long for somebody."""

    order: Order
    since: datetime
    last_event: str
    why: str
    what_to_do: str


@strawberry.type
class StuckQuery:
    @strawberry.field(description="The longest waiting first; for crm and managers.")
    async def stuck_orders(self, info: Info, first: int = 50) -> list[StuckOrder] | None:
        require(info.context.identity, *CARERS)
        patience = {event: wait.patience for event, wait in WAITS.items()}
        async with info.context.runtime.database.reading() as session:
            rows = await repository.overdue(session, patience, now(), page_size(first))
        return [
            StuckOrder(
                order=Order(id=strawberry.ID(str(row.id))),
                since=row.last_at,
                last_event=row.last_event,
                why=WAITS[row.last_event].why,
                what_to_do=WAITS[row.last_event].what_to_do,
            )
            for row in rows
        ]
