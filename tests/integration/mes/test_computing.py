"""Computing a batch: what its analyses take together is held against none of them."""

from pathlib import Path

import pytest

from jobs.pricing.analysis import Analysis
from shared.service import Runtime
from subgraphs.mes.analyses.computing import Computing
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.refusal import Refusal
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import storage_settings
from tests.servers import ObjectStore
from tests.unit.jobs import solids

MIB = 1024 * 1024
ENOUGH_FOR_POWDER = 10 * MIB
"""Of a part as wide as this one, the lines that a printer draws need three times as much."""


@pytest.fixture
async def wide_part(mes: Mes, tmp_path: Path) -> tuple[KnownFile, AnalysisRequest]:
    part = solids.stl(tmp_path / "wide.stl", solids.box(600, 600, 40)).read_bytes()
    model_id = await mes.upload(part)
    event = await mes.store(model_id, part)
    file = KnownFile(event.object_key, event.size, event.content_hash, event.facts)
    return file, AnalysisRequest(model_id, "fdm-020")


def computing(mes: Mes, s3: ObjectStore, memory_bytes: int, folder: Path) -> Computing:
    settings = storage_settings(s3, "mes", pricing_memory_bytes=memory_bytes)
    runtime = Runtime(settings, mes.runtime.database, mes.runtime.storage, mes.calls)
    return Computing(runtime, 0, folder)


@pytest.mark.parametrize("profiles", [("fdm-020", "sls-012", "cnc"), ("sls-012", "cnc", "fdm-020")])
async def test_a_limit_that_the_batch_passes_refuses_only_what_passes_it_alone(
    mes: Mes,
    s3: ObjectStore,
    tmp_path: Path,
    wide_part: tuple[KnownFile, AnalysisRequest],
    profiles: tuple[str, ...],
) -> None:
    file, asked = wide_part
    requests = [AnalysisRequest(asked.model_id, profile) for profile in profiles]
    limited = computing(mes, s3, ENOUGH_FOR_POWDER, tmp_path)
    computed = await limited.analyse(file, requests, orientations=True)
    answers = {one.request.profile: one.answer for one in computed}
    assert list(answers) == list(profiles)
    refused = answers.pop("fdm-020")
    assert isinstance(refused, Refusal)
    assert refused.code == "OUT_OF_MEMORY"
    for profile, answer in answers.items():
        assert isinstance(answer, Analysis), profile
        assert bool(answer.orientations) == (profile == profiles[0] and profile != "cnc")


async def test_a_batch_within_the_limit_is_answered_whole(
    mes: Mes, s3: ObjectStore, tmp_path: Path, wide_part: tuple[KnownFile, AnalysisRequest]
) -> None:
    file, asked = wide_part
    requests = [asked, AnalysisRequest(asked.model_id, "sls-012")]
    computed = await computing(mes, s3, 1024 * MIB, tmp_path).analyse(file, requests)
    assert all(isinstance(one.answer, Analysis) for one in computed)
