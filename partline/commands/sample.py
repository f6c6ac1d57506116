"""`partline sample`."""

from pathlib import Path
from typing import Annotated

import typer

from partline.commands.failure import fail


def sample(
    name: Annotated[
        str, typer.Argument(help="bracket, ring, gear, enclosure, vase, hook, knob or stand.")
    ],
    file: Annotated[
        Path | None, typer.Argument(help="Where to; NAME.stl without it.", show_default=False)
    ] = None,
) -> None:
    """Write a part to try things with, as STL in millimetres."""
    from jobs.models.samples import sample_names, write_sample  # noqa: PLC0415 — costs its imports

    if name not in sample_names():
        fail(f"There is no sample called {name}; there are {', '.join(sample_names())}.")
    path = file or Path(f"{name}.stl")
    try:
        write_sample(name, path)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    typer.echo(path)
