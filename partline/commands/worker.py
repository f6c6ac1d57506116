"""`partline worker`."""

from typing import Annotated

import typer

from partline.commands.failure import fail
from shared.settings import POOLS


def _known(pool: str) -> str:
    if pool not in POOLS:
        raise typer.BadParameter(f"it is one of {', '.join(POOLS)}")
    return pool


def worker(
    pool: Annotated[str, typer.Argument(callback=_known, help=f"One of {', '.join(POOLS)}.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether a worker of the pool is up.")
    ] = False,
) -> None:
    """Work off the jobs of one pool: priority (partners), regular (shop) or models.

    Several workers of a pool share its jobs. A worker ends when its queue is gone for good; the
    supervisor or the container engine starts it again.
    """
    from partline.wiring.errors import MissingSettingError  # noqa: PLC0415 — costs its own imports
    from partline.wiring.settings import load_settings  # noqa: PLC0415
    from partline.wiring.workers import is_up, run_worker  # noqa: PLC0415

    if check:
        if not is_up(pool, load_settings()):
            fail(f"No worker of the pool {pool} is up.")
        return
    try:
        run_worker(pool, load_settings())
    except MissingSettingError as error:
        fail(error)
