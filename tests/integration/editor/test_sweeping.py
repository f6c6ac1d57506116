"""What becomes of models that were dropped, abandoned, kept long enough or deleted."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from db.faults import DatabaseUnavailable
from jobs.innocence import is_innocent
from jobs.leases import LeaseLost, Leases
from jobs.models.samples import write_sample
from shared.ids import new_id
from shared.messaging.events import (
    FileExpired,
    FileRejected,
    OrderClosed,
    OrderCreated,
    OrderedLine,
    OrderSnapshot,
    PostalAddress,
)
from shared.storage import ObjectMissing
from subgraphs.editor.models import processing
from subgraphs.editor.models.leases import MOST_ATTEMPTS, ModelLeases
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.sweeper import ModelSweeper
from subgraphs.editor.models.upload import incoming_key, keys_of, preview_key
from tests.integration.editor.conftest import UPLOAD, Editor

DELETE = "mutation($id: ID!) { deleteModel(modelId: $id) }"
STATUS = "query($id: ID!) { model(id: $id) { status } }"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_sample("ring", tmp_path_factory.mktemp("parts") / "ring.stl").read_bytes()


def sweeper(editor: Editor) -> ModelSweeper:
    return ModelSweeper(editor.runtime, timedelta(0), timedelta(0))


async def status(editor: Editor, model_id: UUID) -> str:
    data = await editor.graph.data(editor.owner, STATUS, id=str(model_id))
    found: str = data["model"]["status"]
    return found


async def change(editor: Editor, model_id: UUID, assignment: str) -> None:
    async with editor.graph.database.transaction() as session:
        await session.execute(
            sa.text(f"update model set {assignment} where id = :id"), {"id": model_id}
        )


async def test_a_call_that_was_lost_is_repeated(editor: Editor, ring: bytes) -> None:
    editor.calls.reachable = False
    model_id = await editor.upload(ring)
    assert editor.calls.made == []
    editor.calls.reachable = True
    await sweeper(editor).sweep()
    await editor.work()
    assert await status(editor, model_id) == "READY"


async def test_a_model_whose_worker_died_is_taken_by_another(editor: Editor, ring: bytes) -> None:
    model_id = await editor.upload(ring)
    editor.calls.made.clear()
    async with editor.graph.database.transaction() as session:
        assert await ModelLeases(session).claim(model_id, uuid4(), 0.0)
    await sweeper(editor).sweep()
    await editor.work()
    assert await status(editor, model_id) == "READY"


async def test_a_model_is_left_to_a_worker_that_holds_it(editor: Editor, ring: bytes) -> None:
    model_id = await editor.upload(ring)
    editor.calls.made.clear()
    async with editor.graph.database.transaction() as session:
        assert await ModelLeases(session).claim(model_id, uuid4(), 60.0)
    await sweeper(editor).sweep()
    assert editor.calls.made == []
    assert await status(editor, model_id) == "PROCESSING"


async def test_a_worker_that_lost_its_lease_writes_nothing(editor: Editor, ring: bytes) -> None:
    model_id = await editor.upload(ring)
    stale = uuid4()
    async with editor.graph.database.transaction() as session:
        models = ModelLeases(session)
        assert await models.claim(model_id, stale, 0.0)
        assert await models.claim(model_id, uuid4(), 60.0)
    async with editor.graph.database.transaction() as session:
        models = ModelLeases(session)
        assert not await models.renew(model_id, stale, 60.0)
        assert await models.lock_held(model_id, stale) is None


async def test_after_three_dead_workers_the_file_is_refused(editor: Editor, ring: bytes) -> None:
    model_id = await editor.upload(ring)
    for _ in range(MOST_ATTEMPTS):
        async with editor.graph.database.transaction() as session:
            assert await ModelLeases(session).claim(model_id, uuid4(), 0.0)
    async with editor.graph.database.transaction() as session:
        assert await ModelLeases(session).claim(model_id, uuid4(), 0.0) is None
    await sweeper(editor).sweep()
    (event,) = await editor.graph.published(model_id)
    assert isinstance(event, FileRejected)
    assert event.code == "PROCESSING_FAILED"


async def test_an_abandoned_upload_expires(editor: Editor) -> None:
    created = await editor.graph.data(editor.owner, UPLOAD, name="a.stl", size=10)
    model_id = UUID(created["createUpload"]["model"]["id"])
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "AWAITING_UPLOAD"
    await change(editor, model_id, "created_at = now() - interval '3 hours'")
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "EXPIRED"
    (event,) = await editor.graph.published(model_id)
    assert event == FileExpired(model_id=model_id, reason="abandoned")


async def test_a_refused_file_is_not_kept_for_ever(editor: Editor) -> None:
    model_id = await editor.upload(b"no part at all " * 9)
    await editor.work()
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "REJECTED"
    await change(editor, model_id, "created_at = now() - interval '1 year'")
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "EXPIRED"
    await sweeper(editor).sweep()
    with pytest.raises(ObjectMissing):
        await editor.runtime.storage.size(incoming_key(model_id))


async def test_a_deleted_model_leaves_no_objects(editor: Editor, ring: bytes) -> None:
    model_id = await editor.upload(ring)
    await editor.work()
    for _ in range(2):
        await editor.graph.data(editor.owner, DELETE, id=str(model_id))
    await sweeper(editor).sweep()
    for key in keys_of(model_id):
        with pytest.raises(ObjectMissing):
            await editor.runtime.storage.size(key)
    assert len(await editor.graph.published(model_id)) == 2


async def test_objects_stored_after_the_model_was_deleted_go_too(
    editor: Editor, ring: bytes
) -> None:
    model_id = await editor.upload(ring)
    await editor.graph.data(editor.owner, DELETE, id=str(model_id))
    await sweeper(editor).sweep()
    await editor.runtime.storage.put(preview_key(model_id), b"late", "image/png")
    async with editor.graph.database.transaction() as session:
        await ModelRepository(session).delete_objects_again(model_id)
    await sweeper(editor).sweep()
    with pytest.raises(ObjectMissing):
        await editor.runtime.storage.size(preview_key(model_id))


async def test_a_model_of_an_open_order_stays_and_expires_after_it_closed(
    editor: Editor, ring: bytes
) -> None:
    model_id = await editor.upload(ring)
    await editor.work()
    order_id = new_id()
    await editor.graph.receive(
        editor.graph.envelope("shop", order_id, OrderCreated(order=snapshot(order_id, model_id)))
    )
    assert await editor.graph.code(editor.owner, DELETE, id=str(model_id)) == "MODEL_IN_USE"
    await change(editor, model_id, "retention_until = now() - interval '1 second'")
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "READY"
    closed = OrderClosed(order_id=order_id, reference="PL-1", model_ids=(model_id,))
    await editor.graph.receive(editor.graph.envelope("shop", order_id, closed))
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "READY"
    await change(editor, model_id, "retention_until = now() - interval '1 second'")
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "EXPIRED"


async def test_the_demo_parts_are_public_and_put_in_once(editor: Editor) -> None:
    editor.calls.made.clear()
    assert editor.graph.service.seed is not None
    await editor.graph.service.seed()
    called = len(editor.calls.made)
    await editor.work()
    await editor.graph.service.seed()
    assert editor.calls.made == []
    events = await editor.graph.published()
    assert len(events) == called >= 6
    assert all(getattr(event, "public", False) for event in events)


def snapshot(order_id: UUID, model_id: UUID) -> OrderSnapshot:
    line = OrderedLine(
        line_id=new_id(),
        model_id=model_id,
        material="PLA",
        finish="raw",
        quantity=1,
        file_name="ring.stl",
        unit=100,
        total=100,
    )
    return OrderSnapshot(
        order_id=order_id,
        reference="PL-1",
        channel="SHOP",
        owner_id=new_id(),
        customer_name="Sam",
        customer_email="sam@example.com",
        revision=1,
        lines=(line,),
        total=100,
        tax=19,
        currency="EUR",
        address=PostalAddress(name="Sam", street="1", city="B", postal_code="1", country="DE"),
    )


async def test_what_is_stored_after_its_model_was_deleted_is_deleted_as_well(
    editor: Editor, ring: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = await editor.upload(ring)
    stored = preview_key(model_id)

    async def store_too_late(*_: object) -> None:
        await editor.graph.data(editor.owner, DELETE, id=str(model_id))
        await sweeper(editor).sweep()
        await editor.runtime.storage.put(stored, b"a picture", "image/png")
        await asyncio.Event().wait()

    monkeypatch.setattr(processing, "inspect", store_too_late)
    settings = editor.runtime.settings.model_copy(update={"pricing_lease_seconds": 0.3})
    await processing.ModelProcessing(replace(editor.runtime, settings=settings)).run(model_id)
    await sweeper(editor).sweep()
    with pytest.raises(ObjectMissing):
        await editor.runtime.storage.size(stored)


async def test_a_database_that_is_restarted_does_not_tell_against_the_model(
    editor: Editor, ring: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = await editor.upload(ring)
    editor.calls.made.clear()

    async def lose_the_database(*_: object) -> None:
        async with editor.graph.database.transaction() as session:
            await session.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patched:
        patched.setattr(processing, "inspect", lose_the_database)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(DatabaseUnavailable):
                await processing.ModelProcessing(editor.runtime).run(model_id)
    await sweeper(editor).sweep()
    await editor.work()
    assert await status(editor, model_id) == "READY"


async def test_a_model_that_nobody_ever_ordered_is_not_kept_for_ever(
    editor: Editor, ring: bytes
) -> None:
    model_id = await editor.upload(ring)
    await editor.work()
    days = editor.runtime.settings.model_retention_days
    await change(editor, model_id, f"retention_until = retention_until - interval '{days - 1} d'")
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "READY"
    await change(editor, model_id, "retention_until = retention_until - interval '1 day'")
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "EXPIRED"


async def test_an_order_does_not_hold_a_model_that_is_gone(editor: Editor, ring: bytes) -> None:
    model_id, order_id = await editor.upload(ring), new_id()
    await editor.work()
    await editor.graph.data(editor.owner, DELETE, id=str(model_id))
    await editor.graph.receive(
        editor.graph.envelope("shop", order_id, OrderCreated(order=snapshot(order_id, model_id)))
    )
    async with editor.graph.database.reading() as session:
        assert not await ModelRepository(session).in_use(model_id)
        told = sa.text("select payload ->> 'reason' from outbox where correlation_id = :order")
        assert await session.scalar(told, {"order": order_id}) == "ordered_after_it_was_gone"


async def test_the_last_worker_has_a_grace_in_which_it_may_still_answer(
    editor: Editor, ring: bytes
) -> None:
    model_id = await editor.upload(ring)
    for _ in range(MOST_ATTEMPTS):
        async with editor.graph.database.transaction() as session:
            assert await ModelLeases(session).claim(model_id, uuid4(), 0.0)
    await ModelSweeper(editor.runtime, timedelta(0), timedelta(minutes=1)).sweep()
    assert await status(editor, model_id) == "PROCESSING"
    await sweeper(editor).sweep()
    assert await status(editor, model_id) == "REJECTED"


async def test_what_was_lost_by_a_worker_that_lives_does_not_tell_against_the_model(
    editor: Editor, ring: bytes
) -> None:
    model_id = await editor.upload(ring)
    leases = Leases(editor.graph.database, ModelLeases, 30.0, is_innocent)

    async def taken_away(_: object) -> None:
        await change(editor, model_id, "lease_token = null, lease_until = null")
        raise LeaseLost("somebody else has it")

    for _ in range(2 * MOST_ATTEMPTS):
        with pytest.raises(LeaseLost):
            await leases.work(model_id, taken_away)
    await editor.work()
    assert await status(editor, model_id) == "READY"
