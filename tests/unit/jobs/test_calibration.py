"""Calibrating a filament profile to what a slicer says."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from jobs.pricing.calibration.case import Case
from jobs.pricing.calibration.fit import errors, fit
from jobs.pricing.calibration.report import calibrated
from jobs.pricing.calibration.table import updated
from jobs.pricing.calibration.width import width
from jobs.pricing.crossings import Planes
from jobs.pricing.fdm import features
from jobs.pricing.layers import LayerTable, tabulate
from jobs.pricing.placement import on_plate
from jobs.pricing.profiles import FdmProfile, profile, read_profile
from partline.cli import app
from tests.unit.jobs import solids


def fdm() -> FdmProfile:
    found = profile("fdm-020")
    assert isinstance(found, FdmProfile)
    return found


PARTS = {
    "flat": [solids.box(40, 30, 3), solids.box(60, 20, 2)],
    "tall": [solids.box(15, 15, 12), solids.box(10, 25, 9)],
    "round": [solids.sphere(5), solids.sphere(9)],
}


def table(triangles: np.ndarray) -> LayerTable:
    return tabulate(Planes(on_plate(triangles), 0.2), fdm(), supports=False)


@pytest.fixture(scope="module")
def tables() -> dict[str, list[LayerTable]]:
    return {family: [table(part) for part in parts] for family, parts in PARTS.items()}


def told_by(truth: FdmProfile, tables: dict[str, list[LayerTable]]) -> list[Case]:
    """What a slicer would say that is just as our model with other coefficients."""
    cases = []
    for family, found in tables.items():
        for each in found:
            uses = features(each, truth)
            cases.append(
                Case(
                    family,
                    False,
                    each,
                    sum(use.time_s for use in uses),
                    sum(use.volume_mm3 for use in uses),
                )
            )
    return cases


def test_a_fit_finds_the_machine_that_the_parts_were_made_on(
    tables: dict[str, list[LayerTable]],
) -> None:
    truth = replace(
        fdm(), calibration=replace(fdm().calibration, solid_volume=1.04, start_line_s=0.55)
    )
    cases = told_by(truth, tables)
    before, after = errors(fdm(), cases), errors(fit(fdm(), cases, rounds=5), cases)
    assert np.abs(after).mean() < np.abs(before).mean() / 2


def test_coefficients_stay_within_what_is_physical(tables: dict[str, list[LayerTable]]) -> None:
    absurd = [replace(case, time_s=case.time_s * 9) for case in told_by(fdm(), tables)]
    found = fit(fdm(), absurd, rounds=3).calibration
    assert found.start_line_s <= 0.6
    assert found.curved_speed >= 30.0


def test_every_family_is_judged_by_a_fit_that_has_not_seen_it(
    tables: dict[str, list[LayerTable]],
) -> None:
    cases = told_by(fdm(), tables)
    odd = [replace(c, time_s=c.time_s * 1.2) if c.family == "tall" else c for c in cases]
    report = calibrated(fdm(), odd, rounds=3)
    row = next(r for r in report.rows if r.family == "tall" and r.quantity == "time")
    assert row.bias < -0.12, "the fit must not have learnt of the family's slower machine"
    assert report.profile.errors.time > 0.14


def test_parts_of_one_family_cannot_be_calibrated_with(
    tables: dict[str, list[LayerTable]],
) -> None:
    cases = [case for case in told_by(fdm(), tables) if case.family == "flat"]
    with pytest.raises(ValueError, match="two families"):
        calibrated(fdm(), cases)


def test_a_width_holds_for_nine_of_ten() -> None:
    scores = np.linspace(0.01, 1.0, 100)
    assert width(scores, ["one"] * 50 + ["other"] * 50) >= 0.91


def test_a_family_of_few_parts_weighs_as_much_as_one_of_many() -> None:
    scores = np.array([0.01] * 96 + [0.3] * 4)
    assert width(scores, ["many"] * 100) < 0.05
    assert width(scores, ["many"] * 96 + ["few"] * 4) == 0.3


def test_only_two_tables_of_a_profile_are_written() -> None:
    folder = Path("jobs/pricing/profiles")
    text = (folder / "fdm-020.toml").read_text("utf-8")
    other = replace(fdm(), calibration=replace(fdm().calibration, anchor_mm=1.2345))
    written = updated(text, other, remark="Said by a test.")
    assert "anchor_mm = 1.234" in written
    assert "# Said by a test." in written
    again = read_profile(written)
    assert isinstance(again, FdmProfile)
    assert again.calibration.anchor_mm == pytest.approx(1.2345, abs=1e-3)
    assert again.errors.time >= fdm().errors.time
    assert replace(again, calibration=fdm().calibration, errors=fdm().errors) == fdm()


def test_a_profile_without_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        updated('code = "x"\n', fdm(), remark="")


def stl(triangles: np.ndarray) -> bytes:
    records = np.zeros(len(triangles), [("n", "<f4", 3), ("v", "<f4", (3, 3)), ("a", "<u2")])
    records["v"] = triangles
    return bytes(80) + np.uint32(len(triangles)).tobytes() + records.tobytes()


def test_the_command_prints_errors_by_family_and_writes_the_profile(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with (tmp_path / "oracle.csv").open("w", newline="") as file:
        columns = ["model", "group", "time_s_ns", "fil_mm3_ns", "time_s_sup", "fil_mm3_sup"]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for family, parts in PARTS.items():
            for number, part in enumerate(parts):
                name = f"{family}{number}.stl"
                (tmp_path / "models" / name).write_bytes(stl(part))
                uses = features(table(part), fdm())
                writer.writerow(
                    {
                        "model": name,
                        "group": family,
                        "time_s_ns": sum(use.time_s for use in uses) * 1.03,
                        "fil_mm3_ns": sum(use.volume_mm3 for use in uses),
                    }
                )
    file = tmp_path / "own.toml"
    file.write_text(Path("jobs/pricing/profiles/fdm-020.toml").read_text("utf-8"), "utf-8")
    done = CliRunner().invoke(
        app, ["calibrate", str(file), str(tmp_path / "oracle.csv"), "--write"]
    )
    assert done.exit_code == 0, done.output
    assert "all families" in done.output
    assert "round" in done.output
    written = read_profile(file.read_text("utf-8"))
    assert isinstance(written, FdmProfile)
    assert written.calibration != fdm().calibration


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["calibrate", str(tmp_path / "no.toml"), "oracle.csv"])
    assert done.exit_code == 1
    assert "not possible" in done.output
