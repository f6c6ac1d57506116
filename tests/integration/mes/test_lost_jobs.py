"""What a pricing job survives: lost calls, duplicates, dead workers, stale tokens, crashes."""

import asyncio
import errno
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from db.faults import DatabaseUnavailable
from jobs.leases import Lease, LeaseLost
from jobs.sandbox import ComputationFailed
from shared.messaging.events import OrderPriceCalculated, OrderPricingFailed
from shared.storage import StorageUnavailable
from subgraphs.mes.analyses.computing import Computing, FileAltered
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricing_jobs.leases import PricingJobLeases
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS
from subgraphs.mes.pricing_jobs.sweeper import PricingSweeper
from subgraphs.mes.pricing_jobs.worker import PricingWorker
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody
from tests.patience import soon


async def queued_order(mes: Mes, **more: str) -> tuple[UUID, UUID]:
    """An order whose price has to be computed, and its job; no worker knows of it."""
    order_id = await mes.order(await mes.upload(), material="PA12", **more)
    mes.calls.made.clear()
    (job_id,) = [job for job, order in await mes.jobs("id, order_id") if order == order_id]
    return order_id, job_id


async def claim(mes: Mes, job_id: UUID, seconds: float) -> UUID:
    token = uuid4()
    async with mes.graph.database.transaction() as session:
        assert await PricingJobLeases(session).claim(job_id, token, seconds)
    return token


async def only_price(mes: Mes, order_id: UUID) -> None:
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)


async def test_a_call_that_was_lost_is_repeated(mes: Mes) -> None:
    mes.calls.reachable = False
    order_id = await mes.order(await mes.upload(), material="PA12")
    assert mes.calls.made == []
    mes.calls.reachable = True
    await mes.sweep()
    await mes.work()
    await only_price(mes, order_id)


async def test_duplicate_calls_make_one_price(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)
    await asyncio.gather(*(worker.run(job_id) for _ in range(5)))
    await worker.run(job_id)
    await only_price(mes, order_id)
    assert await mes.jobs("attempts") == [0, 1]


async def test_a_job_whose_worker_died_is_done_by_another(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    await claim(mes, job_id, 0.0)
    await mes.sweep()
    await mes.work()
    await only_price(mes, order_id)


async def test_a_job_is_left_to_the_worker_that_holds_it(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    await claim(mes, job_id, 60.0)
    await mes.sweep()
    await PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0).run(job_id)
    assert await mes.graph.published(order_id) == []


async def test_a_worker_that_was_paused_past_its_lease_writes_nothing(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)
    stale = await claim(mes, job_id, 0.0)
    async with mes.graph.database.reading() as session:
        job = await PricingJobRepository(session).find(job_id)
    assert job is not None
    await claim(mes, job_id, 60.0)
    lease = Lease(job, job_id, stale, PricingJobLeases)
    with pytest.raises(LeaseLost):
        await worker._compute(lease)
    with pytest.raises(LeaseLost):
        await worker._complete(lease)
    assert await mes.graph.published(order_id) == []


async def test_a_cancelled_worker_gives_its_job_back_uncounted(
    mes: Mes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, job_id = await queued_order(mes)
    computing = asyncio.Event()

    async def endless(*_: object, **__: object) -> None:
        computing.set()
        await asyncio.Event().wait()

    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)
    with monkeypatch.context() as patched:
        patched.setattr(Computing, "analyse", endless)
        running = asyncio.create_task(worker.run(job_id))
        await soon("the computing", computing.wait())
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert await mes.jobs("stage, attempts") == [("queued", 0), ("queued", 0)]
    await worker.run(job_id)
    await only_price(mes, order_id)


async def test_a_worker_whose_order_was_changed_meanwhile_stops(
    mes: Mes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, job_id = await queued_order(mes)
    whole = Computing.analyse

    async def slow(*arguments: object, **named: bool) -> object:
        if await mes.jobs("revision") == [None, 1]:
            model_id = (await mes.jobs("model_id"))[0]
            await mes.order(model_id, order_id=order_id, revision=2, material="RESIN-TOUGH")
        return await whole(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Computing, "analyse", slow)
    await PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0).run(job_id)
    assert await mes.graph.published(order_id) == []
    await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert event.revision == 2


async def test_after_three_crashes_a_person_is_asked(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    for _ in range(MOST_ATTEMPTS):
        await claim(mes, job_id, 0.0)
    await PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0).run(job_id)
    await mes.sweep()
    await mes.sweep()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "NEEDS_ATTENTION"
    assert "needs_attention" in await mes.jobs()


async def test_two_sweepers_at_once_ask_a_person_once(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    for _ in range(MOST_ATTEMPTS):
        await claim(mes, job_id, 0.0)
    await asyncio.gather(*(mes.sweep() for _ in range(4)))
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)


async def test_the_last_worker_has_a_grace_in_which_it_may_still_answer(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    for _ in range(MOST_ATTEMPTS):
        token = await claim(mes, job_id, 0.0)
    await mes.sweep(grace=timedelta(minutes=1))
    assert await mes.graph.published(order_id) == []
    async with mes.graph.database.transaction() as session:
        assert await PricingJobLeases(session).renew(job_id, token, 60.0)
    await mes.sweep()
    assert await mes.graph.published(order_id) == []


async def test_a_full_disk_does_not_repeat_a_job_for_ever(
    mes: Mes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, job_id = await queued_order(mes)

    async def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Computing, "analyse", full)
    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(OSError, match="No space left"):
            await worker.run(job_id)
    await mes.sweep()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)


async def test_storage_that_is_away_does_not_tell_against_the_job(
    mes: Mes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, job_id = await queued_order(mes)

    async def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("nobody answers")

    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)
    with monkeypatch.context() as patched:
        patched.setattr(Computing, "analyse", away)
        for _ in range(2 * MOST_ATTEMPTS):
            with pytest.raises(StorageUnavailable):
                await worker.run(job_id)
    await worker.run(job_id)
    await only_price(mes, order_id)


RETRY = "mutation($id: ID!) { retryPricing(jobId: $id) { id stage attempts } }"


async def test_staff_can_have_a_price_computed_once_more(mes: Mes) -> None:
    order_id, job_id = await queued_order(mes)
    for _ in range(MOST_ATTEMPTS):
        await claim(mes, job_id, 0.0)
    await mes.sweep()
    mes.calls.made.clear()
    assert await mes.graph.code(mes.owner, RETRY, id=str(job_id)) == "FORBIDDEN"
    for _ in range(2):
        data = await mes.graph.data(somebody("crm"), RETRY, id=str(job_id))
        assert data["retryPricing"] == {"id": str(job_id), "stage": "QUEUED", "attempts": 0}
    assert len(mes.calls.made) == 1
    await mes.work()
    failed, priced = await mes.graph.published(order_id)
    assert isinstance(failed, OrderPricingFailed)
    assert isinstance(priced, OrderPriceCalculated)
    assert await mes.graph.code(somebody("crm"), RETRY, id=str(job_id)) == "JOB_ENDED"


async def test_regular_jobs_that_have_waited_long_are_promoted_one_at_a_time(mes: Mes) -> None:
    order_id, _ = await queued_order(mes)
    await mes.change_jobs("queued_at = created_at - interval '1 hour'")
    patient = timedelta(hours=1)
    for promoted in (1, 2):
        for _ in range(2):
            await mes.sweep(patient)
            assert [pool for pool, _, _ in mes.calls.made] == ["priority"]
        assert len([at for at in await mes.jobs("promoted_at") if at is not None]) == promoted
        await mes.work()
    await only_price(mes, order_id)


async def test_a_long_line_of_shoppers_is_not_moved_in_front_of_the_partners(mes: Mes) -> None:
    computed = [await queued_order(mes) for _ in range(3)][-1][1]
    await mes.change_jobs("queued_at = created_at - interval '1 hour'")
    sweeper = PricingSweeper(mes.runtime, OrderPricing(mes.runtime), timedelta(hours=1))
    running = "stage = 'running', lease_token = id, lease_until = now() + interval '1 hour'"
    for _ in range(3):
        await sweeper.sweep()
        await mes.change_jobs("stage = 'done' where promoted_at is not null")
        await mes.change_jobs(f"{running} where id = '{computed}'")
    assert [pool for pool, _, _ in mes.calls.made] == ["priority"]


async def test_the_regular_pool_serves_a_partner_who_waits(mes: Mes) -> None:
    partner, _ = await queued_order(mes, channel="PARTNER")
    await mes.change_jobs("queued_at = queued_at - interval '1 minute' where lane = 'priority'")
    (task,) = mes.graph.service.tasks["regular"]
    await task(str(uuid4()))
    await only_price(mes, partner)


async def test_the_regular_job_is_done_although_the_partners_job_fails(
    mes: Mes, monkeypatch: pytest.MonkeyPatch
) -> None:
    regular, job_id = await queued_order(mes)

    async def fail(_: PricingWorker) -> None:
        raise ComputationFailed("CRASHED", "It broke down.")

    monkeypatch.setattr(PricingWorker, "borrow", fail)
    (task,) = mes.graph.service.tasks["regular"]
    await task(str(job_id))
    await only_price(mes, regular)


async def test_a_database_that_is_restarted_does_not_tell_against_the_job(
    mes: Mes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, job_id = await queued_order(mes)
    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)

    async def lose_the_database(*_: object, **__: object) -> None:
        async with mes.graph.database.transaction() as session:
            await session.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patched:
        patched.setattr(Computing, "analyse", lose_the_database)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(DatabaseUnavailable):
                await worker.run(job_id)
    await mes.sweep()
    await worker.run(job_id)
    await only_price(mes, order_id)


async def test_a_file_that_is_not_what_was_checked_is_never_analysed(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.store(model_id, mes.part[::-1])
    order_id = await mes.order(model_id, material="PA12")
    mes.calls.made.clear()
    (job_id,) = [job for job, order in await mes.jobs("id, order_id") if order == order_id]
    worker = PricingWorker(mes.runtime, OrderPricing(mes.runtime), nice=0)
    with pytest.raises(FileAltered):
        await worker.run(job_id)
    async with mes.graph.database.reading() as session:
        assert await session.scalar(sa.text("select count(*) from analysis")) == 0


async def test_an_order_whose_model_never_arrives_is_told_so_in_the_end(mes: Mes) -> None:
    order_id = await mes.order(uuid4())
    await mes.sweep()
    assert await mes.graph.published(order_id) == []
    await mes.change_jobs("created_at = created_at - interval '3 hours'")
    await mes.sweep()
    await mes.sweep()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "MODEL_UNKNOWN"
    assert await mes.jobs() == ["failed"]


async def test_an_order_whose_model_arrives_late_gets_its_price(mes: Mes) -> None:
    model_id = uuid4()
    order_id = await mes.order(model_id)
    await mes.change_jobs("created_at = created_at - interval '3 hours'")
    await mes.tell("editor", model_id, await mes.store(model_id))
    await mes.sweep()
    await mes.work()
    await only_price(mes, order_id)
