"""Looking at an uploaded file: fetched, hashed, checked and drawn in the sandbox."""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

import structlog

from jobs.models.outputs import PREVIEW, REPAIRED, VIEWER
from jobs.models.report import ModelReport
from jobs.pricing.seed import default_price_book
from jobs.rejection import ModelRejected
from jobs.sandbox import ComputationFailed, Limits, run
from jobs.sandbox.leavings import content, opened
from jobs.scratch import scratch_folder
from shared.service import Runtime
from shared.settings import Settings
from shared.storage import ObjectMissing, ObjectStorage
from subgraphs.editor.models.report import usable
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import (
    DEFAULT_CONTENT_TYPE,
    incoming_key,
    original_key,
    preview_key,
    viewer_key,
)

FUNCTION, REPAIR = "jobs.models.entry.inspect", "jobs.models.entry.repair"
NICE = 10
_FILE, _MADE = "original", "made"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Inspected:
    """What is known of a file that can be used; its bytes, picture and 3D view are in storage."""

    content_hash: str
    size: int
    report: ModelReport


async def inspect(runtime: Runtime, row: ModelRow) -> Inspected:
    """Fetch, check and draw the file of a model; of a repaired one, make it first.

    Raises ModelRejected when it cannot be used, ComputationFailed CRASHED when another attempt
    may help, ObjectMissing and StorageUnavailable.
    """
    storage = runtime.storage
    with scratch_folder() as folder:
        original, made = folder / _FILE, folder / _MADE
        await _fetch(storage, row, original)
        made.mkdir()
        try:
            result = await run(
                FUNCTION if row.repaired_from is None else REPAIR,
                {"path": str(original), "build_volumes": _build_volumes()},
                limits=_limits(runtime.settings),
                directory=made,
                reads=[original],
            )
        except ComputationFailed as failed:
            _log.warning("model not processed", model_id=str(row.id), detail=failed.detail)
            raise
        report = usable(ModelReport.from_dict(result["report"]))
        checked = original if row.repaired_from is None else made / REPAIRED.name
        most = max(row.size, REPAIRED.most_bytes)
        content_hash, size = await asyncio.to_thread(_sha256, checked, most)
        preview = content(made, PREVIEW.name, PREVIEW.most_bytes)
        viewer = content(made, VIEWER.name, VIEWER.most_bytes)
        # Never as the type that its uploader chose: a page among the parts would be shown as one.
        await storage.put_file(original_key(row.id), checked, DEFAULT_CONTENT_TYPE)
    await storage.put(preview_key(row.id), preview, "image/png")
    await storage.put(viewer_key(row.id), viewer, "model/gltf-binary")
    return Inspected(content_hash, size, report)


async def _fetch(storage: ObjectStorage, row: ModelRow, path: Path) -> None:
    if row.repaired_from is None:
        await storage.download(incoming_key(row.id), path, limit=row.size)
        return
    try:
        await storage.download(original_key(row.repaired_from), path, limit=row.size)
    except ObjectMissing:
        raise ModelRejected(
            "ORIGINAL_GONE",
            "The model that was to be repaired has been deleted. Upload the file again.",
        ) from None


def is_final(rejected: ModelRejected) -> bool:
    """Whether another attempt would end the same way."""
    return not (isinstance(rejected, ComputationFailed) and rejected.code == "CRASHED")


def _build_volumes() -> list[list[float]]:
    return [list(machine.build_volume_mm) for machine in default_price_book().machines]


def _limits(settings: Settings) -> Limits:
    return Limits(
        wall_s=settings.pricing_wall_seconds,
        cpu_s=max(1, round(settings.pricing_wall_seconds)),
        memory_bytes=settings.pricing_memory_bytes,
        nice=NICE,
    )


def _sha256(path: Path, most_bytes: int) -> tuple[str, int]:
    """The hash of a file and its size."""
    with opened(path.parent, path.name, most_bytes) as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
