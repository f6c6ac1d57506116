"""`partline compose`."""

from pathlib import Path
from typing import Annotated

import typer

from partline.commands.failure import fail
from partline.commands.problems import fail_with, tell_hints


def compose(
    subgraphs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE.json | NAME=FILE…",
            help="A list of subgraphs as `partline gateway` takes it, or SDL files by name.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; else to standard output.")
    ] = None,
) -> None:
    """Compose subgraphs into a supergraph, and print its SDL.

    Without arguments it composes Partline's own subgraphs. Hints go to standard error. What does
    not compose is told there, every problem with its code, and the exit status is 1.
    """
    from gateway.federation import (  # noqa: PLC0415 — a command pays for its own imports
        CompositionError,
        print_supergraph,
    )
    from gateway.federation import compose as compose_subgraphs  # noqa: PLC0415
    from gateway.standalone.part import SourceError  # noqa: PLC0415
    from partline.commands.graph_sources import given_subgraphs  # noqa: PLC0415

    try:
        supergraph = compose_subgraphs(given_subgraphs(subgraphs or []))
        text = print_supergraph(supergraph)
        tell_hints(supergraph.hints)
        if output is None:
            typer.echo(text, nl=not text.endswith("\n"))
        else:
            output.write_text(text, encoding="utf-8")
    except CompositionError as error:
        fail_with(error.problems)
    except SourceError as error:
        fail(error)
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")
