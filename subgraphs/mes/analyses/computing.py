"""Computing analyses in the sandbox, from files that are fetched once."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from jobs.pricing.analysis import Analysis
from jobs.rejection import ModelRejected
from jobs.sandbox import ComputationFailed, Limits, run
from shared.service import Runtime
from subgraphs.mes.analyses.repository import Answer
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.refusal import Refusal

_FUNCTION = "jobs.pricing.entry.analyse"
_log = structlog.get_logger(__name__)


class FileAltered(Exception):
    """The bytes in storage are not those that were checked.

    An analysis serves everybody with a file of the same hash, so it must be of nothing else.
    """


@dataclass(frozen=True)
class Computed:
    """The answer to one request; `seconds` is its share of the computing."""

    request: AnalysisRequest
    answer: Answer
    seconds: float


class Computing:
    """Analyses of the files of one job, which are kept in `folder` meanwhile."""

    def __init__(self, runtime: Runtime, nice: int, folder: Path) -> None:
        self._folder = folder
        self._storage = runtime.storage
        settings = runtime.settings
        self._limits = Limits(
            wall_s=settings.pricing_wall_seconds,
            cpu_s=max(1, round(settings.pricing_wall_seconds)),
            memory_bytes=settings.pricing_memory_bytes,
            nice=nice,
        )

    async def analyse(
        self,
        file: KnownFile,
        requests: Sequence[AnalysisRequest],
        *,
        orientations: bool = False,
    ) -> Sequence[Computed]:
        """Answer requests for one model at one size and turn, which differ in the profile only;
        the first also with `orientations`: other ways to lay the part.

        Raises ComputationFailed CRASHED, which is worth another attempt; every other failure is
        an answer. Raises StorageUnavailable, ObjectMissing and FileAltered.
        """
        path = await self._fetch(file)
        began = time.monotonic()
        answers = await self._answers(path, requests, orientations=orientations)
        seconds = (time.monotonic() - began) / len(requests)
        return [
            Computed(request, answer, seconds)
            for request, answer in zip(requests, answers, strict=True)
        ]

    async def _answers(
        self, path: Path, requests: Sequence[AnalysisRequest], *, orientations: bool
    ) -> list[Answer]:
        payload: dict[str, Any] = {
            "path": str(path),
            "profiles": [request.profile for request in requests],
            "scale_to_mm": requests[0].mm_per_unit,
            "rotation": list(requests[0].rotation),
            "detail": True,
            "orientations": orientations,
        }
        try:
            result = await run(_FUNCTION, payload, limits=self._limits, reads=[path])
        except ComputationFailed as failed:
            _log.warning("analysis failed", code=failed.code, detail=failed.detail)
            if failed.code == "CRASHED":
                raise
            if len(requests) == 1:
                return [Refusal(failed.code, failed.sentence)]
            # What they took together says nothing about each.
            return [
                answer
                for request in requests
                for answer in await self._answers(
                    path, [request], orientations=orientations and request is requests[0]
                )
            ]
        except ModelRejected as rejected:
            return [Refusal(rejected.code, rejected.sentence)] * len(requests)
        analyses = result["analyses"]
        return [Analysis.from_dict(analyses[request.profile]) for request in requests]

    async def _fetch(self, file: KnownFile) -> Path:
        """The file in the folder."""
        path = self._folder / file.content_hash
        if not path.exists():
            await self._storage.download(file.object_key, path, limit=file.size)
            if await asyncio.to_thread(_sha256, path) != file.content_hash:
                path.unlink()
                raise FileAltered(f"{file.object_key} is not what was checked")
        return path


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
