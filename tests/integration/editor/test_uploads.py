"""From an upload's first request to FileUploaded or FileRejected."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from jobs.models.samples import write_sample
from shared.messaging.events import FileRejected, FileUploaded
from shared.storage import ObjectMissing
from subgraphs.editor.main import create
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import incoming_key
from tests.integration.editor.conftest import COMPLETE, UPLOAD, Editor, send
from tests.integration.subgraph import Subgraph, somebody

MODEL = """query($id: ID!) { model(id: $id) { id fileName size status contentHash format
  rejection { code message } previewUrl viewerUrl downloadUrl
  report { units unitsCertain boxMm volumeMm3 triangles bodies watertight
    warnings { code severity message } } } }"""


@pytest.fixture(scope="module")
def bracket(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_sample("bracket", tmp_path_factory.mktemp("parts") / "bracket.stl").read_bytes()


async def test_an_uploaded_part_is_checked_drawn_and_told_of(
    editor: Editor, bracket: bytes
) -> None:
    model_id = await editor.upload(bracket, "C:\\parts\\bracket.stl")
    await editor.work()

    model = (await editor.graph.data(editor.owner, MODEL, id=str(model_id)))["model"]
    assert model["status"] == "READY"
    assert model["fileName"] == "bracket.stl"
    assert model["size"] == len(bracket)
    assert model["report"]["watertight"] is True
    assert model["report"]["units"] == "MM"
    (event,) = await editor.graph.published(model_id)
    assert isinstance(event, FileUploaded)
    assert event.content_hash == model["contentHash"]
    assert event.facts.volume_mm3 == pytest.approx(model["report"]["volumeMm3"])
    async with httpx.AsyncClient() as http:
        assert (await http.get(model["previewUrl"])).content.startswith(b"\x89PNG")
        assert (await http.get(model["viewerUrl"])).content.startswith(b"glTF")
        assert (await http.get(model["downloadUrl"])).content == bracket


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("letter.stl", b"Dear editor, this is no part at all.\n" * 20, "NOT_A_MODEL"),
        ("cut.stl", bytes(80) + (1000).to_bytes(4, "little") + bytes(500), "TRUNCATED"),
    ],
)
async def test_rubbish_is_refused_with_a_sentence(
    editor: Editor, name: str, body: bytes, code: str
) -> None:
    model_id = await editor.upload(body, name)
    await editor.work()

    model = (await editor.graph.data(editor.owner, MODEL, id=str(model_id)))["model"]
    assert model["status"] == "REJECTED"
    assert model["rejection"]["code"] == code
    assert model["rejection"]["message"].endswith(".")
    assert model["previewUrl"] is None
    (event,) = await editor.graph.published(model_id)
    assert isinstance(event, FileRejected)
    assert (event.code, event.message) == (code, model["rejection"]["message"])


async def test_an_empty_or_huge_file_is_refused_before_it_is_sent(editor: Editor) -> None:
    for size, code in ((0, "EMPTY_FILE"), (10**9, "FILE_TOO_LARGE")):
        assert await editor.graph.code(editor.owner, UPLOAD, name="a.stl", size=size) == code


async def test_a_visitor_keeps_so_many_models_and_bytes_and_no_more(editor: Editor) -> None:
    settings = editor.runtime.settings.model_copy(
        update={"visitor_models": 2, "visitor_bytes": 1_000}
    )
    graph = Subgraph(create(replace(editor.runtime, settings=settings)))
    assert await graph.code(editor.owner, UPLOAD, name="a.stl", size=1_001) == "QUOTA"
    created = await graph.data(editor.owner, UPLOAD, name="a.stl", size=500)
    assert await graph.code(editor.owner, UPLOAD, name="b.stl", size=501) == "QUOTA"
    await graph.data(editor.owner, UPLOAD, name="b.stl", size=500)
    assert await graph.code(editor.owner, UPLOAD, name="c.stl", size=1) == "QUOTA"
    await graph.data(somebody("customer"), UPLOAD, name="c.stl", size=5_000)
    delete = "mutation($id: ID!) { deleteModel(modelId: $id) }"
    await graph.data(editor.owner, delete, id=created["createUpload"]["model"]["id"])
    await graph.data(editor.owner, UPLOAD, name="c.stl", size=500)


async def test_uploads_begun_at_once_do_not_slip_past_the_quota(editor: Editor) -> None:
    settings = editor.runtime.settings.model_copy(update={"visitor_models": 2})
    graph = Subgraph(create(replace(editor.runtime, settings=settings)))
    answers = await asyncio.gather(
        *(graph.ask(editor.owner, UPLOAD, name="a.stl", size=5) for _ in range(6))
    )
    assert sum("errors" not in answer for answer in answers) == 2


async def test_completing_before_the_bytes_arrived_says_so(editor: Editor) -> None:
    created = await editor.graph.data(editor.owner, UPLOAD, name="a.stl", size=10)
    model_id = created["createUpload"]["model"]["id"]
    assert await editor.graph.code(editor.owner, COMPLETE, id=model_id) == "UPLOAD_INCOMPLETE"


async def test_bytes_of_another_number_are_refused(editor: Editor) -> None:
    created = await editor.graph.data(editor.owner, UPLOAD, name="a.stl", size=10)
    model_id = created["createUpload"]["model"]["id"]
    await editor.runtime.storage.put(incoming_key(UUID(model_id)), b"x" * 11, "model/stl")
    completed = await editor.graph.data(editor.owner, COMPLETE, id=model_id)
    assert completed["completeUpload"]["status"] == "REJECTED"
    (event,) = await editor.graph.published(UUID(model_id))
    assert isinstance(event, FileRejected)
    assert event.code == "SIZE_MISMATCH"


async def test_bytes_sent_after_the_check_do_not_replace_what_was_checked(
    editor: Editor, bracket: bytes
) -> None:
    created = await editor.graph.data(editor.owner, UPLOAD, name="a.stl", size=len(bracket))
    upload = created["createUpload"]
    model_id = UUID(upload["model"]["id"])
    await send(upload, bracket)
    await editor.graph.data(editor.owner, COMPLETE, id=str(model_id))
    await editor.work()

    await send(upload, bytes(len(bracket)))
    (event,) = await editor.graph.published(model_id)
    assert isinstance(event, FileUploaded)
    assert await editor.runtime.storage.get(event.object_key) == bracket
    model = (await editor.graph.data(editor.owner, MODEL, id=str(model_id)))["model"]
    async with httpx.AsyncClient() as http:
        assert (await http.get(model["downloadUrl"])).content == bracket


async def test_a_part_that_is_also_a_page_is_not_shown_as_one(
    editor: Editor, bracket: bytes
) -> None:
    name, size = "page.html", len(bracket)
    created = await editor.graph.data(editor.owner, UPLOAD, name=name, size=size, type="text/html")
    upload = created["createUpload"]
    await send(upload, bracket)
    await editor.graph.data(editor.owner, COMPLETE, id=upload["model"]["id"])
    await editor.work()
    model = (await editor.graph.data(editor.owner, MODEL, id=upload["model"]["id"]))["model"]
    async with httpx.AsyncClient() as http:
        answer = await http.get(model["downloadUrl"])
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_a_checked_file_is_kept_once(editor: Editor, bracket: bytes) -> None:
    model_id = await editor.upload(bracket)
    await editor.work()
    with pytest.raises(ObjectMissing):
        await editor.runtime.storage.size(incoming_key(model_id))


async def test_completing_twice_calls_one_worker(editor: Editor, bracket: bytes) -> None:
    model_id = await editor.upload(bracket)
    await editor.graph.data(editor.owner, COMPLETE, id=str(model_id))
    assert editor.calls.made == [("models", "process_model", (str(model_id),))]


async def test_a_duplicate_call_processes_a_model_once(editor: Editor, bracket: bytes) -> None:
    model_id = await editor.upload(bracket)
    editor.calls.made *= 3
    await editor.work()
    assert len(await editor.graph.published(model_id)) == 1


async def test_the_same_bytes_have_the_same_hash(editor: Editor, bracket: bytes) -> None:
    first, second = await editor.upload(bracket), await editor.upload(bracket, "again.stl")
    await editor.work()
    events = await editor.graph.published()
    assert {event.model_id for event in events if isinstance(event, FileUploaded)} == {
        first,
        second,
    }
    assert len({event.content_hash for event in events if isinstance(event, FileUploaded)}) == 1


async def test_a_model_is_seen_by_its_owner_and_staff_alone(editor: Editor, bracket: bytes) -> None:
    model_id = str(await editor.upload(bracket))
    for who in (editor.owner, somebody("crm"), somebody("operator"), somebody("manager")):
        assert (await editor.graph.data(who, MODEL, id=model_id))["model"] is not None
    for who in (somebody("visitor"), somebody("customer"), somebody("partner")):
        assert (await editor.graph.data(who, MODEL, id=model_id))["model"] is None
        assert await editor.graph.code(who, COMPLETE, id=model_id) == "NOT_FOUND"
    assert await editor.graph.code(editor.owner, COMPLETE, id=str(uuid4())) == "NOT_FOUND"


async def test_a_model_is_mine_for_its_owner_alone_and_a_products_for_nobody(
    editor: Editor, bracket: bytes
) -> None:
    model_id = await editor.upload(bracket, "bracket.stl")
    mine = "query($id: ID!) { model(id: $id) { mine } }"
    for who, expected in ((editor.owner, True), (somebody("manager"), False)):
        answer = await editor.graph.data(who, mine, id=str(model_id))
        assert answer == {"model": {"mine": expected}}
    async with editor.runtime.database.transaction() as session:
        await session.execute(sa.update(ModelRow).values(public=True))
    answer = await editor.graph.data(editor.owner, mine, id=str(model_id))
    assert answer == {"model": {"mine": False}}


async def test_many_entities_are_read_with_one_query(editor: Editor, bracket: bytes) -> None:
    ids = [await editor.upload(bracket) for _ in range(3)]
    found = await editor.graph.data(
        editor.owner,
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Model { id size } } }",
        r=[{"__typename": "Model", "id": str(one)} for one in [*ids, uuid4()]],
    )
    assert [one and UUID(one["id"]) for one in found["_entities"]] == [*ids, None]


async def test_my_models_are_paged_newest_first(editor: Editor, bracket: bytes) -> None:
    ids = [str(await editor.upload(bracket)) for _ in range(3)]
    page = """query($after: String) { myModels(first: 2, after: $after) { nodes { id }
      totalCount pageInfo { hasNextPage endCursor } } }"""
    first = (await editor.graph.data(editor.owner, page))["myModels"]
    assert [node["id"] for node in first["nodes"]] == [ids[2], ids[1]]
    assert first["totalCount"] == 3
    rest = await editor.graph.data(editor.owner, page, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in rest["myModels"]["nodes"]] == [ids[0]]
    assert rest["myModels"]["pageInfo"]["hasNextPage"] is False


async def test_an_upload_of_another_length_is_refused_by_the_storage(editor: Editor) -> None:
    created = await editor.graph.data(editor.owner, UPLOAD, name="a.stl", size=10)
    upload = created["createUpload"]
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    async with httpx.AsyncClient() as http:
        sent = await http.put(upload["url"], headers=headers, content=b"x" * 11)
    assert sent.status_code == 403


async def test_an_upload_that_is_begun_twice_with_one_key_is_one_model(editor: Editor) -> None:
    once = """mutation($size: Int!, $key: String) {
      createUpload(fileName: "a.stl", size: $size, idempotencyKey: $key) { model { id } } }"""
    answers = await asyncio.gather(
        *(editor.graph.data(editor.owner, once, size=10, key="a click") for _ in range(4))
    )
    assert all(answer == answers[0] for answer in answers)
    assert await editor.graph.data(editor.owner, once, size=10, key="another") != answers[0]
    reused = await editor.graph.code(editor.owner, once, size=11, key="a click")
    assert reused == "IDEMPOTENCY_KEY_REUSED"


async def test_a_character_that_cannot_be_kept_is_told_to_whoever_sent_it(editor: Editor) -> None:
    once = """mutation($key: String) {
      createUpload(fileName: "a.stl", size: 10, idempotencyKey: $key) { model { id } } }"""
    assert await editor.graph.code(editor.owner, once, key="a\0click") == "TEXT"
    assert await editor.graph.data(editor.owner, once, key="a click")
