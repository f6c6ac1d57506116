"""`partline serve`."""

from typing import Annotated

import typer

from partline.commands.failure import fail
from partline.topology import ALL, APPS


def _known(service: str) -> str:
    if service not in (ALL, *APPS):
        raise typer.BadParameter(f"it is one of {', '.join((ALL, *APPS))}")
    return service


def serve(
    service: Annotated[
        str,
        typer.Argument(callback=_known, help=f"One of {', '.join(APPS)}, or all in one process."),
    ],
) -> None:
    """Serve one app over HTTP, or all of them in one process.

    Listens on PARTLINE_HOST (default 127.0.0.1) and PARTLINE_PORT (default 8000). GET /health
    answers 200 when the app is ready.
    """
    from partline.wiring.errors import SettingError  # noqa: PLC0415 — costs its own imports
    from partline.wiring.server import run_app  # noqa: PLC0415
    from partline.wiring.settings import load_settings  # noqa: PLC0415

    try:
        run_app(service, load_settings())
    except SettingError as error:
        fail(error)
