"""The models of the ready-made products: stored like any upload, and processed by the workers."""

import asyncio
import sys
import tempfile
from pathlib import Path

from shared.ids import demo_id
from shared.service import Runtime
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus, after
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.service import call_worker
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import original_key

CONTENT_TYPE = "model/stl"
OWNER = demo_id("account", "catalogue@partline.example")


class DemoPartsFailed(Exception):
    """The program that makes the demo's parts ended with an error."""


async def seed(runtime: Runtime) -> None:
    """Put in, for the demo, what is not there yet."""
    if not runtime.settings.demo:
        return
    with tempfile.TemporaryDirectory(prefix="partline-demo-") as name:
        for part, body in (await _parts(Path(name))).items():
            await _put(runtime, part, body)


async def _parts(folder: Path) -> dict[str, bytes]:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "subgraphs.editor.demo.parts", str(folder)
    )
    if await program.wait():
        raise DemoPartsFailed("The demo's parts could not be made; see the messages above.")
    return await asyncio.to_thread(
        lambda: {path.stem: path.read_bytes() for path in sorted(folder.glob("*.stl"))}
    )


async def _put(runtime: Runtime, part: str, body: bytes) -> None:
    model_id = demo_id("model", part)
    async with runtime.database.reading() as session:
        if await ModelRepository(session).find(model_id) is not None:
            return
    await runtime.storage.put(original_key(model_id), body, CONTENT_TYPE)
    async with runtime.database.transaction() as session:
        row = ModelRow(
            id=model_id,
            owner_id=OWNER,
            file_name=f"{part}.stl",
            size=len(body),
            content_type=CONTENT_TYPE,
            public=True,
            status=after(ModelStatus.AWAITING_UPLOAD, ModelEvent.UPLOADED),
        )
        if await ModelRepository(session).add_if_new(row):
            call_worker(session, runtime, row)
