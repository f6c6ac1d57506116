"""The work orders' SQL. A step is one conditional UPDATE: the database decides every race."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.operator.work.lifecycle import RULES, Step, Taker, WorkState
from subgraphs.operator.work.tables import CancelledOrder, WorkOrder


async def get(session: AsyncSession, work_id: UUID) -> WorkOrder | None:
    return await session.get(WorkOrder, work_id, populate_existing=True)


async def of_ids(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, WorkOrder]:
    rows = await session.scalars(sa.select(WorkOrder).where(WorkOrder.id.in_(ids)))
    return {row.id: row for row in rows}


async def step(
    session: AsyncSession, work_id: UUID, step: Step, holder: UUID | None, **changes: object
) -> WorkOrder | None:
    """Take `step` if the work is in a state that allows it, and, for a step of the holder, held by
    `holder`. Gives the row as it is then; None when it was not taken."""
    rule = RULES[step]
    condition = [WorkOrder.id == work_id, WorkOrder.state.in_(rule.sources)]
    if rule.taker is Taker.HOLDER:
        condition.append(WorkOrder.holder_id == holder)
    if rule.target is WorkState.AVAILABLE:
        changes |= {"holder_id": None, "holder_name": None}
    statement = (
        sa.update(WorkOrder)
        .where(*condition)
        .values(
            state=rule.target,
            version=WorkOrder.version + 1,
            updated_at=sa.func.clock_timestamp(),
            **changes,
        )
        .returning(WorkOrder)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    found: WorkOrder | None = await session.scalar(statement)
    return found


async def lock_order(session: AsyncSession, order_id: UUID) -> None:
    """Let confirmation and cancellation of one order take turns: they come from two services in
    any order, and each looks for the other's row."""
    key = order_id.int & ((1 << 63) - 1)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def add_cancelled(session: AsyncSession, order_id: UUID, reason: str) -> None:
    statement = insert(CancelledOrder).values(order_id=order_id, reason=reason)
    await session.execute(statement.on_conflict_do_nothing())


async def is_cancelled(session: AsyncSession, order_id: UUID) -> bool:
    return await session.get(CancelledOrder, order_id) is not None
