"""`partline plan`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from partline.commands.failure import fail
from partline.commands.problems import fail_with


def plan(
    query: Annotated[
        str, typer.Argument(help="An operation, @FILE that holds it, or - for standard input.")
    ],
    *,
    supergraph: Annotated[
        Path | None, typer.Option(help="A supergraph that any composition tool wrote.")
    ] = None,
    subgraphs: Annotated[
        Path | None, typer.Option(help="A list of subgraphs, as `partline gateway` takes it.")
    ] = None,
    operation: Annotated[
        str | None, typer.Option(help="Which operation, where the text has several.")
    ] = None,
    override_label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="A label of @override that holds; may repeat."),
    ] = None,
) -> None:
    """Show how an operation would be answered: which subgraph is asked for what, and when.

    Without --supergraph or --subgraphs the graph is Partline's own. Nothing is executed.
    """
    from gateway.federation import (  # noqa: PLC0415 — a command pays for its own imports
        CompositionError,
        Engine,
        FetchRequest,
        OperationError,
        SupergraphError,
    )
    from gateway.standalone.part import SourceError  # noqa: PLC0415
    from partline.commands.graph_sources import given_supergraph  # noqa: PLC0415

    async def fetch(subgraph: str, request: FetchRequest) -> bytes:
        raise ConnectionError(f"{subgraph} is not asked for {request.operation_name} by planning")

    try:
        engine = Engine(
            given_supergraph(supergraph, subgraphs),
            fetch,
            override_labels=frozenset(override_label or ()),
        )
        typer.echo(engine.plan(_text(query), operation))
    except (CompositionError, SupergraphError) as error:
        fail_with(error.problems)
    except OperationError as error:
        for problem in error.problems:
            typer.echo(f"{problem.code}: {problem.message}", err=True)
        fail("The operation cannot be planned.")
    except SourceError as error:
        fail(error)


def _text(query: str) -> str:
    from gateway.standalone.part import read_text  # noqa: PLC0415

    if query == "-":
        return sys.stdin.read()
    return read_text(Path(query[1:])) if query.startswith("@") else query
