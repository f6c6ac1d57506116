"""Accepting a repair: a new model beside the original, made by a worker, told of like an upload."""

from uuid import UUID

import httpx
import pytest

from jobs.models.samples import write_sample
from shared.messaging.events import FileUploaded
from subgraphs.editor.models.tables import ModelRow
from tests.integration.editor.conftest import Editor
from tests.integration.subgraph import somebody
from tests.open_surfaces import write_open_gear

MODEL = """query($id: ID!) { model(id: $id) { id fileName size status contentHash downloadUrl
  rejection { code } repairedFrom { id } repairedAs { id status }
  report { units unitsCertain boxMm volumeMm3 watertight
    repair { openEdges volumeMm3 volumeChange triangles message } } } }"""
REPAIR = """mutation($id: ID!, $key: String) {
  repairModel(modelId: $id, idempotencyKey: $key) { id status fileName } }"""
DELETE = "mutation($id: ID!) { deleteModel(modelId: $id) }"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A gear that lost its two smallest triangles."""
    path = write_open_gear(tmp_path_factory.mktemp("parts") / "gear.stl")
    return path.read_bytes()


async def look(editor: Editor, model_id: UUID | str) -> dict[str, object]:
    model = (await editor.graph.data(editor.owner, MODEL, id=str(model_id)))["model"]
    assert isinstance(model, dict)
    return model


async def test_an_accepted_repair_gives_a_closed_model_and_keeps_the_original(
    editor: Editor, broken: bytes
) -> None:
    original_id = await editor.upload(broken, "gear.obj")
    await editor.work()
    original = await look(editor, original_id)
    assert original["report"]["watertight"] is False
    offered = original["report"]["repair"]
    assert offered["openEdges"] > 0
    assert "would be closed" in offered["message"]

    data = await editor.graph.data(editor.owner, REPAIR, id=str(original_id))
    begun = data["repairModel"]
    assert begun["status"] == "PROCESSING"
    assert begun["fileName"] == "gear (repaired).stl"
    await editor.work()

    made = await look(editor, begun["id"])
    assert made["status"] == "READY"
    assert made["report"]["watertight"] is True
    assert made["report"]["repair"] is None
    assert made["report"]["volumeMm3"] == pytest.approx(offered["volumeMm3"])
    assert made["repairedFrom"]["id"] == str(original_id)
    (event,) = await editor.graph.published(UUID(begun["id"]))
    assert isinstance(event, FileUploaded)
    assert event.facts.watertight
    assert (event.content_hash, event.size) == (made["contentHash"], made["size"])
    async with httpx.AsyncClient() as http:
        assert len((await http.get(made["downloadUrl"])).content) == made["size"]
        assert (await http.get(original["downloadUrl"])).content == broken
    original = await look(editor, original_id)
    assert original["status"] == "READY"
    assert original["repairedAs"] == {"id": begun["id"], "status": "READY"}


async def test_asking_again_gives_the_same_model(editor: Editor, broken: bytes) -> None:
    original_id = await editor.upload(broken)
    await editor.work()
    answers = [
        await editor.graph.data(editor.owner, REPAIR, id=str(original_id), key=key)
        for key in ("one", "one", "two", None)
    ]
    assert len({answer["repairModel"]["id"] for answer in answers}) == 1
    assert len(editor.calls.made) == 1


async def test_a_repaired_form_that_was_deleted_is_made_anew(editor: Editor, broken: bytes) -> None:
    original_id = await editor.upload(broken)
    await editor.work()
    first = (await editor.graph.data(editor.owner, REPAIR, id=str(original_id)))["repairModel"]
    await editor.work()
    await editor.graph.data(editor.owner, DELETE, id=first["id"])
    assert (await look(editor, original_id))["repairedAs"] is None
    again = (await editor.graph.data(editor.owner, REPAIR, id=str(original_id)))["repairModel"]
    assert again["id"] != first["id"]


async def test_a_closed_model_has_nothing_to_accept(
    editor: Editor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write_sample("bracket", tmp_path_factory.mktemp("parts") / "bracket.stl")
    model_id = await editor.upload(path.read_bytes())
    await editor.work()
    assert await editor.graph.code(editor.owner, REPAIR, id=str(model_id)) == "NOT_REPAIRABLE"


async def test_nobody_repairs_the_model_of_another(editor: Editor, broken: bytes) -> None:
    model_id = await editor.upload(broken)
    await editor.work()
    for other in (somebody("customer"), somebody("crm")):
        assert await editor.graph.code(other, REPAIR, id=str(model_id)) == "NOT_FOUND"


async def test_an_original_that_is_gone_meanwhile_is_told_in_a_sentence(
    editor: Editor, broken: bytes
) -> None:
    original_id = await editor.upload(broken)
    await editor.work()
    begun = (await editor.graph.data(editor.owner, REPAIR, id=str(original_id)))["repairModel"]
    await editor.runtime.storage.delete(f"models/{original_id}/original")
    await editor.work()
    model = await look(editor, begun["id"])
    assert model["status"] == "REJECTED"
    assert model["rejection"] == {"code": "ORIGINAL_GONE"}


async def test_a_visitors_repairs_count_as_what_they_keep(editor: Editor, broken: bytes) -> None:
    original_id = await editor.upload(broken)
    await editor.work()
    async with editor.runtime.database.transaction() as session:
        row = await session.get(ModelRow, original_id)
        assert row is not None
        row.size = editor.runtime.settings.visitor_bytes
    assert await editor.graph.code(editor.owner, REPAIR, id=str(original_id)) == "QUOTA"
