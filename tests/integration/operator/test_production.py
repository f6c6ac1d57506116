"""From a claim to a delivered parcel, with the pay that is booked on the way."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from db.engine import Database
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from subgraphs.operator.pay import repository as pay
from subgraphs.operator.pay.posting import Account
from subgraphs.operator.pay.rule import PayStep
from subgraphs.operator.pay.tables import PayPosting
from subgraphs.operator.work import service
from subgraphs.operator.work.lifecycle import WorkState
from tests.integration.operator.world import OLGA, OTIS, confirm, outbox, snapshot


async def make(database: Database, work_id: UUID, clicks: int = 1) -> None:
    """Claim, start and finish; each button is clicked `clicks` times."""
    for command in (service.claim, service.start, service.finish):
        for _ in range(clicks):
            async with database.transaction() as session:
                await command(session, work_id, OTIS)


async def test_double_clicks_happen_once(database: Database) -> None:
    work_id = await confirm(database)
    await make(database, work_id, clicks=2)
    for _ in range(2):
        async with database.transaction() as session:
            work = await service.ship(
                session, work_id, OTIS, carrier="DHL", tracking_number=" 00340 "
            )
        assert (work.state, work.tracking_number) == (WorkState.SHIPPED, "00340")
    for _ in range(2):
        async with database.transaction() as session:
            work = await service.deliver(session, work_id, OTIS)
        assert work.state is WorkState.DELIVERED
    assert await outbox(database, work_id) == [
        "WorkClaimed",
        "ProductionStarted",
        "OrderManufactured",
        "OrderShipped",
        "OrderDelivered",
    ]


async def test_finishing_and_shipping_are_booked_to_who_did_them(database: Database) -> None:
    work_id = await confirm(database, snapshot(new_id(), total=10_000))
    await make(database, work_id)
    async with database.transaction() as session:
        work = await service.ship(session, work_id, OLGA, carrier="DHL", tracking_number="1")
    today = datetime.now(UTC).date()
    async with database.reading() as session:
        (made,) = await pay.entries(session, OTIS.subject, today)
        (shipped,) = await pay.entries(session, OLGA.subject, today)
    assert (made.step, made.amount) == (PayStep.FINISH, 1_050)
    assert (shipped.step, shipped.amount) == (PayStep.SHIP, 350)
    assert made.amount + shipped.amount == work.pay


async def test_the_ledger_refuses_to_pay_a_step_twice_or_to_be_changed(database: Database) -> None:
    work_id = await confirm(database)
    await make(database, work_id)
    again = sa.text("insert into pay_entry select * from pay_entry where order_id = :id")
    with pytest.raises(sa.exc.IntegrityError):
        async with database.transaction() as session:
            await session.execute(again, {"id": work_id})
    for statement in (
        "update pay_entry set amount = 0",
        "delete from pay_entry",
        "update pay_posting set amount = 0",
        "delete from pay_posting",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="only ever added to"):
            async with database.transaction() as session:
                await session.execute(sa.text(statement))


async def test_what_is_earned_is_posted_as_wages_and_as_owed_to_who_earned_it(
    database: Database,
) -> None:
    work_id = await confirm(database, snapshot(new_id(), total=10_000))
    await make(database, work_id)
    query = sa.select(PayPosting).where(PayPosting.order_id == work_id)
    async with database.reading() as session:
        posted = {
            (row.account, row.operator_id): row.amount for row in await session.scalars(query)
        }
    assert posted == {(Account.WAGES, None): 1_050, (Account.PAYABLE, OTIS.subject): -1_050}


_ENTRY = (
    "insert into pay_entry values"
    " (:id, 'FINISH', :id, 'PL-1', 7, 'EUR', 1, current_date, clock_timestamp())"
)
_WAGES = "insert into pay_posting values (:id, 'FINISH', 'WAGES', null, 7, 'EUR')"
_TOO_LITTLE = "insert into pay_posting values (:id, 'FINISH', 'PAYABLE', :id, -6, 'EUR')"


@pytest.mark.parametrize("statements", [[_ENTRY], [_ENTRY, _WAGES], [_ENTRY, _WAGES, _TOO_LITTLE]])
async def test_the_database_refuses_an_entry_whose_two_sides_do_not_balance(
    database: Database, statements: list[str]
) -> None:
    async def book(order: UUID) -> None:
        async with database.transaction() as session:
            for statement in statements:
                await session.execute(sa.text(statement), {"id": order})

    with pytest.raises(sa.exc.DBAPIError, match="two sides that balance"):
        await book(new_id())


async def test_another_tracking_number_for_a_shipped_parcel_is_a_conflict(
    database: Database,
) -> None:
    work_id = await confirm(database)
    await make(database, work_id)
    async with database.transaction() as session:
        await service.ship(session, work_id, OTIS, carrier="DHL", tracking_number="1")
    async with database.transaction() as session:
        with pytest.raises(Conflict, match="was shipped with DHL, 1"):
            await service.ship(session, work_id, OLGA, carrier="DHL", tracking_number="2")


async def test_scrapped_work_is_claimed_anew_and_rework_is_resumed(database: Database) -> None:
    work_id = await confirm(database)
    async with database.transaction() as session:
        await service.claim(session, work_id, OTIS)
        await service.start(session, work_id, OTIS)
        stopped = await service.report_problem(
            session, work_id, OTIS, scrap=False, reason="warped corner"
        )
        assert (stopped.state, stopped.problem) == (WorkState.PROBLEM, "warped corner")
        resumed = await service.resume(session, work_id, OTIS)
        assert (resumed.state, resumed.problem) == (WorkState.IN_PRODUCTION, None)
        scrapped = await service.report_problem(
            session, work_id, OTIS, scrap=True, reason="broke off the bed"
        )
        assert (scrapped.state, scrapped.holder_id) == (WorkState.AVAILABLE, None)
        await service.claim(session, work_id, OLGA)
    assert (await outbox(database, work_id))[2:] == [
        "ProductionProblemReported",
        "ProductionResumed",
        "ProductionProblemReported",
        "WorkClaimed",
    ]


async def test_a_step_out_of_turn_says_what_the_work_waits_for(database: Database) -> None:
    work_id = await confirm(database)
    async with database.transaction() as session:
        with pytest.raises(Conflict, match="is free; claim it first"):
            await service.finish(session, work_id, OTIS)


async def test_a_problem_needs_a_reason(database: Database) -> None:
    work_id = await confirm(database)
    async with database.transaction() as session:
        with pytest.raises(Invalid, match="reason"):
            await service.report_problem(session, work_id, OTIS, scrap=True, reason="  ")


async def test_a_command_that_is_rolled_back_leaves_no_event(database: Database) -> None:
    work_id = await confirm(database)

    async def claim_and_fail() -> None:
        async with database.transaction() as session:
            await service.claim(session, work_id, OTIS)
            raise RuntimeError("lost power")

    with pytest.raises(RuntimeError):
        await claim_and_fail()
    assert await outbox(database, work_id) == []
    async with database.transaction() as session:
        assert (await service.claim(session, work_id, OLGA)).holder_name == "Olga Ott"
