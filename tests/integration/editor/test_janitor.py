"""Nothing is stored that belongs to no model, and no model is offered whose file is gone."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from jobs.models.samples import write_sample
from shared.ids import new_id
from shared.messaging.events import FileExpired
from shared.storage import ObjectMissing
from subgraphs.editor.models import janitor
from subgraphs.editor.models.janitor import Janitor
from subgraphs.editor.models.upload import incoming_key, original_key, preview_key
from tests.integration.editor.conftest import Editor

STATUS = "query($id: ID!) { model(id: $id) { status } }"
AT_ONCE = timedelta(seconds=-60)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_sample("ring", tmp_path_factory.mktemp("parts") / "ring.stl").read_bytes()


async def ready(editor: Editor, ring: bytes) -> UUID:
    model_id = await editor.upload(ring)
    await editor.work()
    return model_id


async def status(editor: Editor, model_id: UUID) -> str:
    data = await editor.graph.data(editor.owner, STATUS, id=str(model_id))
    found: str = data["model"]["status"]
    return found


async def is_stored(editor: Editor, key: str) -> bool:
    try:
        await editor.runtime.storage.size(key)
    except ObjectMissing:
        return False
    return True


async def test_an_object_of_no_model_is_deleted_once_it_is_old(editor: Editor) -> None:
    stray = original_key(new_id())
    await editor.runtime.storage.put(stray, b"left behind", "model/stl")
    await Janitor(editor.runtime).compare()
    assert await is_stored(editor, stray)
    await Janitor(editor.runtime, AT_ONCE).compare()
    assert not await is_stored(editor, stray)


async def test_what_belongs_to_a_model_stays(editor: Editor, ring: bytes) -> None:
    model_id, waiting = await ready(editor, ring), await editor.upload(ring)
    await Janitor(editor.runtime, AT_ONCE, page=2).compare()
    for key in (original_key(model_id), preview_key(model_id), incoming_key(waiting)):
        assert await is_stored(editor, key)
    assert await status(editor, model_id) == "READY"


async def test_bytes_that_were_sent_once_more_after_the_check_are_deleted(
    editor: Editor, ring: bytes
) -> None:
    model_id = await ready(editor, ring)
    await editor.runtime.storage.put(incoming_key(model_id), b"again", "model/stl")
    await Janitor(editor.runtime, AT_ONCE).compare()
    assert not await is_stored(editor, incoming_key(model_id))
    assert await is_stored(editor, original_key(model_id))


async def test_bytes_that_were_sent_after_the_model_was_deleted_are_deleted(
    editor: Editor, ring: bytes
) -> None:
    model_id = await ready(editor, ring)
    async with editor.graph.database.transaction() as session:
        await session.execute(
            sa.text("update model set status = 'expired', objects_deleted_at = now()")
        )
    await Janitor(editor.runtime, AT_ONCE).compare()
    assert not await is_stored(editor, original_key(model_id))


async def test_a_model_whose_file_is_gone_is_no_longer_offered(editor: Editor, ring: bytes) -> None:
    kept, lost = await ready(editor, ring), await ready(editor, ring)
    await editor.runtime.storage.delete(original_key(lost))
    for _ in range(2):
        await Janitor(editor.runtime, page=3).compare()
    assert (await status(editor, kept), await status(editor, lost)) == ("READY", "EXPIRED")
    *_, event = await editor.graph.published(lost)
    assert event == FileExpired(model_id=lost, reason="lost")


async def test_an_empty_bucket_is_taken_for_the_wrong_one(
    editor: Editor, ring: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(janitor, "MOST_LOST", 1)
    models = [await ready(editor, ring) for _ in range(2)]
    for model_id in models:
        await editor.runtime.storage.delete(original_key(model_id))
    await Janitor(editor.runtime).compare()
    assert [await status(editor, model_id) for model_id in models] == ["READY", "READY"]
