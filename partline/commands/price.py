"""`partline price`."""

import asyncio
import json
import sys
from contextlib import aclosing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from partline.commands.picture import draw
from partline.commands.pricelist import Pricelist

if TYPE_CHECKING:
    from jobs.pricing.estimate import Options

_UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "inch": 25.4}


class Supports(StrEnum):
    """`auto`: support structures where an overhang needs them."""

    AUTO = "auto"
    NONE = "none"


def _known_units(units: str | None) -> str | None:
    if units is not None and units not in _UNITS:
        raise typer.BadParameter(f"it is one of {', '.join(_UNITS)}")
    return units


def _known_profile(code: str | None) -> str | None:
    from jobs.pricing.profiles.profile import profile_ids  # noqa: PLC0415 — costs its own imports

    if code is not None and code not in profile_ids():
        raise typer.BadParameter(f"it is one of {', '.join(profile_ids())}")
    return code


def price(
    files: Annotated[
        list[str],
        typer.Argument(
            help="Models: STL, 3MF, STEP, OBJ, PLY, OFF, GLB or glTF.", show_default=False
        ),
    ],
    *,
    material: Annotated[
        str | None, typer.Option(help="A material's code, e.g. PLA. Without it: no price.")
    ] = None,
    finish: Annotated[
        str | None, typer.Option(help="A finish of that material; its first if not said.")
    ] = None,
    quantity: Annotated[int, typer.Option(min=1, help="How many of each.")] = 1,
    units: Annotated[
        str | None,
        typer.Option(callback=_known_units, help="mm, cm, m or inch; else what the file says."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            callback=_known_profile,
            help="The machine profile to estimate time and material with; else the material's, "
            "or fdm-020.",
        ),
    ] = None,
    supports: Annotated[
        Supports, typer.Option(help="Support structures: where they are needed, or none.")
    ] = Supports.AUTO,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line and file, as each is ready.")
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Draw where the time goes, over the height of the part: FILE.svg in this folder.",
        ),
    ] = False,
) -> None:
    """Estimate printing time and material of models, and their price; no server is needed.

    A file that cannot be used gets a sentence that says why, and the exit status is 1; the others
    are still estimated.
    """
    from jobs.pricing.estimate import Options  # noqa: PLC0415 — costs its own imports

    options = Options(
        profile=profile,
        supports=supports is Supports.AUTO,
        material=material,
        finish=finish,
        quantity=quantity,
        unit_mm=_UNITS[units] if units else None,
        by_height=explain,
    )
    tell = _tell_json if as_json else _tell_table
    failed = asyncio.run(tell(files, options))
    raise typer.Exit(1 if failed else 0)


async def _tell_json(files: list[str], options: "Options") -> bool:
    from jobs.pricing.estimate import estimates  # noqa: PLC0415 — costs its own imports

    failed = False
    async with aclosing(estimates(files, options)) as ready:
        async for estimate in ready:
            failed = failed or estimate.error is not None
            picture = draw(estimate)
            told = {"picture": picture} if picture else {}
            typer.echo(json.dumps(estimate.to_json() | told))
    return failed


async def _tell_table(files: list[str], options: "Options") -> bool:
    """A table in the order of the files, once all are ready."""
    from jobs.pricing.estimate import estimates  # noqa: PLC0415 — costs its own imports

    found = Pricelist(files)
    with typer.progressbar(length=len(files), file=sys.stderr) as bar:
        async with aclosing(estimates(files, options)) as ready:
            async for estimate in ready:
                found.add(estimate, draw(estimate))
                bar.update(1)
    typer.echo(found.text())
    return found.has_failures
