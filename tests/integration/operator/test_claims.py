"""Claims: one operator gets the work, whoever else asks is told who has it."""

import asyncio

import pytest

from db.engine import Database
from shared.errors import Conflict, Forbidden, NotFound
from shared.identity import Identity
from shared.ids import new_id
from subgraphs.operator.work import service
from subgraphs.operator.work.lifecycle import WorkState
from subgraphs.operator.work.tables import WorkOrder
from tests.integration.operator.world import OLGA, OTIS, confirm, outbox


async def claim(database: Database, work_id: object, operator: Identity) -> WorkOrder:
    async with database.transaction() as session:
        return await service.claim(session, work_id, operator)  # type: ignore[arg-type]


async def test_of_two_operators_who_claim_at_once_one_wins_and_the_other_is_told(
    database: Database,
) -> None:
    for _ in range(20):
        work_id = await confirm(database)
        results = await asyncio.gather(
            claim(database, work_id, OTIS), claim(database, work_id, OLGA), return_exceptions=True
        )
        (won,) = [result for result in results if isinstance(result, WorkOrder)]
        (lost,) = [result for result in results if isinstance(result, Conflict)]
        assert lost.error_code == "ALREADY_CLAIMED"
        assert lost.details == {"claimedBy": won.holder_name}
        assert await outbox(database, work_id) == ["WorkClaimed"]


async def test_claiming_ones_own_again_changes_nothing(database: Database) -> None:
    work_id = await confirm(database)
    first = await claim(database, work_id, OTIS)
    second = await claim(database, work_id, OTIS)
    assert (second.state, second.version) == (WorkState.CLAIMED, first.version)
    assert await outbox(database, work_id) == ["WorkClaimed"]


async def test_released_work_can_be_claimed_by_another(database: Database) -> None:
    work_id = await confirm(database)
    await claim(database, work_id, OTIS)
    async with database.transaction() as session:
        released = await service.release(session, work_id, OTIS)
    assert (released.state, released.holder_id) == (WorkState.AVAILABLE, None)
    assert (await claim(database, work_id, OLGA)).holder_name == "Olga Ott"
    assert await outbox(database, work_id) == ["WorkClaimed", "WorkReleased", "WorkClaimed"]


async def test_only_the_holder_may_start(database: Database) -> None:
    work_id = await confirm(database)
    await claim(database, work_id, OTIS)
    async with database.transaction() as session:
        with pytest.raises(Forbidden, match="claimed by Otis Orr"):
            await service.start(session, work_id, OLGA)


async def test_work_that_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        await claim(database, new_id(), OTIS)
