"""`partline worker`."""

from typing import Annotated

import typer

from partline.commands.failure import fail
from shared.settings import POOLS


def _known(pools: list[str]) -> list[str]:
    if not set(pools) <= set(POOLS):
        raise typer.BadParameter(f"each is one of {', '.join(POOLS)}")
    return pools


def worker(
    pools: Annotated[list[str], typer.Argument(callback=_known, help=f"Of {', '.join(POOLS)}.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether workers of the pools are up.")
    ] = False,
) -> None:
    """Work off the jobs of one pool or several: priority (partners), regular (shop), models.

    Several workers of a pool share its jobs. A worker ends when its queue is gone for good; the
    supervisor or the container engine starts it again.
    """
    from partline.wiring.errors import SettingError  # noqa: PLC0415 — costs its own imports
    from partline.wiring.settings import load_settings  # noqa: PLC0415
    from partline.wiring.workers import all_up, run_worker  # noqa: PLC0415

    try:
        settings = load_settings()
        if not check:
            run_worker(pools, settings)
        elif not all_up(pools, settings):
            fail(f"Not every one of the pools {', '.join(pools)} has a worker that is up.")
    except SettingError as error:
        fail(error)
