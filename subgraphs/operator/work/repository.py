"""The work orders' SQL. A step is one conditional UPDATE: the database decides every race."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.operator.work.lifecycle import RULES, Step, Taker, WorkState
from subgraphs.operator.work.tables import CancelledOrder, WorkOrder

_LOCK = sa.text("select pg_advisory_xact_lock(:key)")
_IS_CANCELLED = sa.text("select exists (select from cancelled_order where order_id = :order_id)")
_COLUMNS = tuple(column.key for column in sa.inspect(WorkOrder).column_attrs)


async def get(session: AsyncSession, work_id: UUID) -> WorkOrder | None:
    return await session.get(WorkOrder, work_id, populate_existing=True)


async def of_ids(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, WorkOrder]:
    rows = await session.scalars(sa.select(WorkOrder).where(WorkOrder.id.in_(ids)))
    return {row.id: row for row in rows}


async def step(
    session: AsyncSession, work_id: UUID, step: Step, holder: UUID | None, **changes: object
) -> WorkOrder | None:
    """Take `step` if the work is in a state that allows it, and, for a step of the holder, held by
    `holder`. Gives the row as it is then, apart from the session; None when it was not taken."""
    rule = RULES[step]
    held = rule.taker is Taker.HOLDER
    if rule.target is WorkState.AVAILABLE:
        changes |= {"holder_id": None, "holder_name": None}
    values = {"id": work_id, "sources": rule.sources, "target": rule.target, **changes}
    if held:
        values["holder"] = holder
    row = (await session.execute(_step(held, tuple(changes)), values)).one_or_none()
    return None if row is None else _work(row)


@cache
def _step(held: bool, changes: tuple[str, ...]) -> sa.TextClause:
    # As text: every click of an operator comes by here, and the mapper costs several times as much.
    return sa.text(f"""
        update work_order set state = :target, version = version + 1,
            updated_at = clock_timestamp(){"".join(f", {name} = :{name}" for name in changes)}
        where id = :id and state = any(cast(:sources as text[]))
            {"and holder_id = :holder" if held else ""}
        returning {", ".join(_COLUMNS)}
    """)  # noqa: S608 - names of our columns


def _work(row: "sa.Row[Any]") -> WorkOrder:
    fields = dict(zip(_COLUMNS, row, strict=True))
    return WorkOrder(**fields | {"state": WorkState(fields["state"])})


async def lock_order(session: AsyncSession, order_id: UUID) -> None:
    """Let confirmation and cancellation of one order take turns: they come from two services in
    any order, and each looks for the other's row."""
    key = order_id.int & ((1 << 63) - 1)
    await session.execute(_LOCK, {"key": key})


async def add_cancelled(session: AsyncSession, order_id: UUID, reason: str) -> None:
    statement = insert(CancelledOrder).values(order_id=order_id, reason=reason)
    await session.execute(statement.on_conflict_do_nothing())


async def is_cancelled(session: AsyncSession, order_id: UUID) -> bool:
    return bool(await session.scalar(_IS_CANCELLED, {"order_id": order_id}))
