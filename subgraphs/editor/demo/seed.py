"""The models of the ready-made products: stored like any upload, and processed by the workers."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from shared.ids import demo_id
from shared.service import Runtime
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus, after
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.service import call_worker
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import incoming_key

CONTENT_TYPE = "model/stl"
PARTS = ("bracket", "ring", "gear", "enclosure", "vase", "hook")
OWNER = demo_id("account", "catalogue@partline.example")


class DemoPartsFailed(Exception):
    """The program that makes the demo's parts ended with an error."""


async def seed(runtime: Runtime) -> None:
    """Put in, for the demo, what is not there yet."""
    if not runtime.settings.demo:
        return
    async with runtime.database.reading() as session:
        present = await ModelRepository(session).find_many([_id(part) for part in PARTS])
    missing = [part for part in PARTS if _id(part) not in present]
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="partline-demo-") as name:
        for part, body in (await _parts(Path(name), missing)).items():
            await _put(runtime, part, body)


def _id(part: str) -> UUID:
    return demo_id("model", part)


async def _parts(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "subgraphs.editor.demo.parts", str(folder), *names
    )
    if await program.wait():
        raise DemoPartsFailed("The demo's parts could not be made; see the messages above.")
    return await asyncio.to_thread(
        lambda: {path.stem: path.read_bytes() for path in sorted(folder.glob("*.stl"))}
    )


async def _put(runtime: Runtime, part: str, body: bytes) -> None:
    model_id = _id(part)
    await runtime.storage.put(incoming_key(model_id), body, CONTENT_TYPE)
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
