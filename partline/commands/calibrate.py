"""`partline calibrate`."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jobs.pricing.calibration import Case, Report
    from jobs.pricing.profiles import FdmProfile


def calibrate(
    profile: Annotated[Path, typer.Argument(help="The machine profile's TOML file.")],
    oracle: Annotated[
        Path,
        typer.Argument(
            help="What a slicer says: model, group, time_s_ns, fil_mm3_ns, and with supports "
            "time_s_sup, fil_mm3_sup; the models lie beside it in models/."
        ),
    ],
    *,
    write: Annotated[bool, typer.Option(help="Write the profile's file.")] = False,
) -> None:
    """Fit a filament profile's coefficients to parts that a slicer has sliced.

    Prints the errors of each family of parts under a fit that has not seen it, and the profile's
    new tables; --write puts them into its file. Parts with a reason for review are left out.
    """
    from jobs.pricing.calibration import calibrated  # noqa: PLC0415 — costs its own imports
    from jobs.pricing.calibration.table import updated  # noqa: PLC0415

    try:
        machine = _read_profile(profile)
        cases = list(_cases(oracle, machine))
        report = calibrated(machine, cases, told=lambda doing: _say(f"fitting: {doing}"))
        text = updated(profile.read_text("utf-8"), report.profile, remark=_remark(report))
    except (OSError, KeyError, ValueError) as error:
        typer.echo(f"Calibration is not possible: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(_table(report))
    if write:
        profile.write_text(text, "utf-8")
        typer.echo(f"Written to {profile}.")
    else:
        typer.echo(text[text.index("[calibration]") :])


def _read_profile(file: Path) -> "FdmProfile":
    from jobs.pricing.profiles import FdmProfile, read_profile  # noqa: PLC0415

    found = read_profile(file.read_text("utf-8"))
    if not isinstance(found, FdmProfile):
        raise ValueError(f"{file} is not a filament profile")  # noqa: TRY004 — bad input, no bug
    return found


def _cases(oracle: Path, machine: "FdmProfile") -> "Iterator[Case]":
    from jobs.meshes import read  # noqa: PLC0415
    from jobs.pricing.analyse import placed  # noqa: PLC0415
    from jobs.pricing.calibration import Case  # noqa: PLC0415
    from jobs.pricing.fdm_analysis import doubts  # noqa: PLC0415
    from jobs.pricing.layers import layers_of  # noqa: PLC0415

    with oracle.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        _say(f"cutting: {row['model']}")
        part = placed(read(oracle.parent / "models" / row["model"]))
        for ending, supports in (("_ns", False), ("_sup", True)):
            if not row.get("time_s" + ending) or not row.get("fil_mm3" + ending):
                continue
            table = layers_of(part.triangles, part.measures, machine, supports=supports)
            if doubts(part.measures, table, machine):
                continue
            yield Case(
                row["group"],
                supports,
                table,
                float(row["time_s" + ending]),
                float(row["fil_mm3" + ending]),
            )


def _say(what: str) -> None:
    if sys.stderr.isatty():
        typer.echo(what, err=True)


def _table(report: "Report") -> str:
    lines = [
        f"{'family':20} {'supports':9} {'of':9} {'parts':>5} {'median':>7} {'p90':>7} {'bias':>7}"
    ]
    lines += [
        f"{row.family:20} {'with' if row.supports else 'without':9} {row.quantity:9} "
        f"{row.parts:5} {row.median:7.1%} {row.p90:7.1%} {row.bias:+7.1%}"
        for row in report.rows
    ]
    return "\n".join(lines)


def _remark(report: "Report") -> str:
    """The comment above the coefficients: how far they are off for families that they never saw."""
    whole = [row for row in report.rows if row.family == "all families"]
    families = len({row.family for row in report.rows}) - 1
    found = "; ".join(
        f"{row.quantity}{', with supports,' if row.supports else ''} "
        f"{row.median:.1%} / {row.p90:.1%}"
        for row in whole
    )
    return (
        f"Fitted by `partline calibrate` to {max(row.parts for row in whole)} parts of {families} "
        f"families that were sliced\nwith the same settings; left out family by family, the error "
        f"is (median / 90 % of parts):\n{found}."
    )
