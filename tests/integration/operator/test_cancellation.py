"""Confirmation and cancellation come from two services, in any order."""

import asyncio
from uuid import UUID

import pytest

from db.engine import Database
from shared.errors import Conflict
from shared.ids import new_id
from subgraphs.operator.work import repository, service
from subgraphs.operator.work.lifecycle import WorkState
from tests.integration.operator.world import OTIS, cancel, confirm, snapshot


async def state(database: Database, work_id: UUID) -> WorkState | None:
    async with database.reading() as session:
        work = await repository.get(session, work_id)
    return work.state if work else None


async def test_a_cancelled_order_is_no_work_any_more(database: Database) -> None:
    work_id = await confirm(database)
    async with database.transaction() as session:
        await service.claim(session, work_id, OTIS)
    await cancel(database, work_id)
    assert await state(database, work_id) is WorkState.CANCELLED
    async with database.transaction() as session:
        with pytest.raises(Conflict, match="is cancelled; stop work"):
            await service.start(session, work_id, OTIS)


async def test_an_order_cancelled_before_its_confirmation_arrives_becomes_no_work(
    database: Database,
) -> None:
    order = snapshot(new_id())
    await cancel(database, order.order_id)
    await confirm(database, order)
    assert await state(database, order.order_id) is None


async def test_both_at_once_never_leave_work_to_be_done(database: Database) -> None:
    for _ in range(20):
        order = snapshot(new_id())
        await asyncio.gather(confirm(database, order), cancel(database, order.order_id))
        assert await state(database, order.order_id) in (None, WorkState.CANCELLED)


async def test_a_cancellation_after_shipping_waits_for_a_person(database: Database) -> None:
    work_id = await confirm(database)
    async with database.transaction() as session:
        await service.claim(session, work_id, OTIS)
        await service.start(session, work_id, OTIS)
        await service.finish(session, work_id, OTIS)
        await service.ship(session, work_id, OTIS, carrier="DHL", tracking_number="1")
    with pytest.raises(Conflict, match="cancelled after it left"):
        await cancel(database, work_id)
    assert await state(database, work_id) is WorkState.SHIPPED
