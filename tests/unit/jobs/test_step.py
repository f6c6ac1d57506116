"""STEP: surfaces in, triangles out, and whatever the kernel does happens in the sandbox's child."""

import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.meshes import ModelRejected, read
from jobs.meshes.measures import measure
from jobs.sandbox import ComputationFailed, Limits
from jobs.sandbox.sandbox import Sandbox
from tests.unit.jobs.steps import cylinder

LIMITS, SHORT = Limits(wall_s=60, cpu_s=60), Limits(wall_s=60, cpu_s=5)
MM = {"mm": 1.0, "cm": 10.0, "inch": 25.4}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(("jobs.models.entry.inspect", "tests.unit.jobs.misbehaviour.add"))
    yield sandbox
    sandbox.close()


def code_of(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(ModelRejected) as refused:
        read(path)
    assert refused.value.sentence.endswith(".")
    return refused.value.code


@pytest.mark.parametrize("unit", list(MM))
def test_a_cylinder_keeps_its_size_place_and_axis_in_millimetres(tmp_path: Path, unit: str) -> None:
    (tmp_path / "part.stl").write_bytes(cylinder(5, 30, unit))
    mesh = read(tmp_path / "part.stl")
    found = measure(mesh.triangles)
    assert (mesh.format, mesh.unit, mesh.objects) == ("step", "mm", 1)
    assert found.low == pytest.approx((-5 * MM[unit], -5 * MM[unit], 0), abs=0.03)
    assert found.high == pytest.approx((5 * MM[unit], 5 * MM[unit], 30 * MM[unit]), abs=0.03)
    assert found.volume == pytest.approx(math.pi * 25 * 30 * MM[unit] ** 3, rel=4e-3)


def test_faces_meet_without_a_gap_so_that_the_part_is_closed(tmp_path: Path) -> None:
    (tmp_path / "part.step").write_bytes(cylinder())
    found = measure(read(tmp_path / "part.step").triangles)
    assert found.closed
    assert not found.inverted
    assert found.bodies == 1


def test_a_file_that_ends_in_the_middle_is_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path / "part.step", cylinder()[:1500]) == "TRUNCATED"


@pytest.mark.parametrize("far", ["1.E300", "-123456789012.", "0.,2.5E+12", "nan", "0.,-inf"])
def test_points_beyond_all_bounds_are_refused_before_the_kernel_hangs_on_them(
    tmp_path: Path, far: str
) -> None:
    data = cylinder().replace(
        b"#23=CARTESIAN_POINT('',(5.0", b"#23=CARTESIAN_POINT('',(%s" % far.encode()
    )
    assert code_of(tmp_path / "part.step", data) == "NOT_FINITE"


def test_a_file_without_any_surface_is_refused(tmp_path: Path) -> None:
    data = cylinder().replace(b"ADVANCED_FACE", b"ADVANCED_FARCE")
    assert code_of(tmp_path / "part.step", data) in {"NO_TRIANGLES", "BROKEN_FILE"}


def test_rubbish_between_the_right_words_is_refused(tmp_path: Path) -> None:
    data = b"ISO-10303-21;\nHEADER;\n" + b"#1=((('a,,\n" * 400 + b"\nEND-ISO-10303-21;\n"
    assert code_of(tmp_path / "part.step", data) == "BROKEN_FILE"


def test_a_step_file_above_the_bound_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.meshes.step.LARGEST_BYTES", 1000)
    assert code_of(tmp_path / "part.step", cylinder()) == "FILE_TOO_LARGE"


def test_nothing_loads_the_kernel_before_a_step_file_needs_it() -> None:
    program = "import sys, jobs.models.entry, jobs.pricing.entry; print('cascadio' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


async def test_what_breaks_the_kernel_ends_as_a_sentence_and_the_worker_goes_on(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    # Whether OpenCASCADE survives a radius without bounds, refuses it or hangs is its own affair.
    endless = cylinder().replace(b"CIRCLE('',#43,5.0)", b"CIRCLE('',#43,1.E300)")
    (tmp_path / "part.step").write_bytes(endless)
    with pytest.raises(ModelRejected) as refused:
        await sandbox.run(
            "jobs.models.entry.inspect", {"path": "part.step"}, limits=SHORT, directory=tmp_path
        )
    assert refused.value.code in {"BROKEN_FILE", "NO_TRIANGLES", "BREAKS_READER", "TIMEOUT"}
    assert refused.value.sentence.endswith(".")
    answer = await sandbox.run("tests.unit.jobs.misbehaviour.add", {"a": 1, "b": 1}, limits=LIMITS)
    assert answer["sum"] == 2


async def test_a_kernel_that_hangs_is_ended_by_its_computing_time(tmp_path: Path) -> None:
    sandbox = Sandbox(("tests.unit.jobs.misbehaviour.burn_within",))
    try:
        with pytest.raises(ComputationFailed) as failed:
            await sandbox.run("tests.unit.jobs.misbehaviour.burn_within", {"seconds": 1})
    finally:
        sandbox.close()
    assert failed.value.code == "TIMEOUT"


async def test_a_step_file_is_checked_and_drawn_and_the_browser_gets_our_own_mesh(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    (tmp_path / "part.step").write_bytes(cylinder())
    result = await sandbox.run(
        "jobs.models.entry.inspect", {"path": "part.step"}, limits=LIMITS, directory=tmp_path
    )
    assert result["report"]["format"] == "step"
    assert result["report"]["watertight"]
    assert not result["report"]["ask_unit"]
    view = (tmp_path / "view.glb").read_bytes()
    assert view.startswith(b"glTF")
    assert b"Partline" in view[:400]
    assert b"ISO-10303" not in view
