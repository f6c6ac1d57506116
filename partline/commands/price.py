"""`partline price`."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jobs.pricing.estimate import Estimate, Options
    from jobs.pricing.price import Price

_UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "inch": 25.4}


def _known_units(units: str | None) -> str | None:
    if units is not None and units not in _UNITS:
        raise typer.BadParameter(f"it is one of {', '.join(_UNITS)}")
    return units


def _known_profile(code: str) -> str:
    from jobs.pricing.profiles.profile import profile_ids  # noqa: PLC0415 — costs its own imports

    if code not in profile_ids():
        raise typer.BadParameter(f"it is one of {', '.join(profile_ids())}")
    return code


def price(
    files: Annotated[
        list[Path], typer.Argument(help="Models: STL, OBJ, PLY, 3MF or GLB.", show_default=False)
    ],
    *,
    material: Annotated[
        str | None, typer.Option(help="A material's code, e.g. PLA. Without it: no price.")
    ] = None,
    finish: Annotated[str, typer.Option(help="A finish of that material.")] = "raw",
    quantity: Annotated[int, typer.Option(min=1, help="How many of each.")] = 1,
    units: Annotated[
        str | None,
        typer.Option(callback=_known_units, help="mm, cm, m or inch; else what the file says."),
    ] = None,
    profile: Annotated[
        str,
        typer.Option(callback=_known_profile, help="How to slice, where no material says it."),
    ] = "fdm-020",
    supports: Annotated[bool, typer.Option(help="With support structures, where needed.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Estimate printing time and material of models, and their price; no server is needed.

    A file that cannot be used gets a sentence that says why, and the exit status is 1; the others
    are still estimated.
    """
    from jobs.pricing.estimate import Options  # noqa: PLC0415 — costs its own imports

    options = Options(
        profile=profile,
        supports=supports,
        material=material,
        finish=finish,
        quantity=quantity,
        unit_mm=_UNITS[units] if units else None,
    )
    failed = asyncio.run(_print_all(files, options, as_json=as_json))
    raise typer.Exit(1 if failed else 0)


async def _print_all(files: list[Path], options: "Options", *, as_json: bool) -> bool:
    from jobs.pricing.estimate import estimates  # noqa: PLC0415 — costs its own imports

    failed = False
    async for estimate in estimates(files, options):
        failed = failed or estimate.error is not None
        typer.echo(json.dumps(estimate.to_json()) if as_json else _described(estimate))
    return failed


def _described(estimate: "Estimate") -> str:
    lines = [str(estimate.file)]
    if estimate.analysis is not None:
        minutes = estimate.analysis.print_time_s / 60
        material = estimate.analysis.material_mm3 / 1000
        lines.append(f"  {minutes:.0f} min to make, {material:.1f} cm³ of material")
        lines += [f"  {reason}" for reason in estimate.analysis.review]
    if estimate.price is not None:
        lines += _price_lines(estimate.price)
    if estimate.error is not None:
        lines.append(f"  {estimate.error.code}: {estimate.error.sentence}")
    return "\n".join(lines)


def _price_lines(priced: "Price") -> list[str]:
    amounts = [(f"{line.label}: {line.explanation}", line.amount_minor) for line in priced.lines]
    amounts.append((f"total for {priced.quantity}", priced.total_minor))
    return [f"  {amount / 100:>10.2f} {priced.currency}  {text}" for text, amount in amounts]
