"""How problems of a graph are told at a terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

import typer

from partline.commands.failure import FAILED

if TYPE_CHECKING:
    from gateway.federation import Hint, Problem


def fail_with(problems: "Sequence[Problem]") -> NoReturn:
    """Tell every problem and end the command."""
    for problem in problems:
        typer.echo(_line(problem), err=True)
    count = len(problems)
    typer.echo(f"partline: {count} {'problem' if count == 1 else 'problems'}, no graph.", err=True)
    raise typer.Exit(FAILED)


def tell_hints(hints: "Iterable[Hint]") -> None:
    """Tell what composes, but is probably not meant."""
    for hint in hints:
        typer.echo(f"hint {_line(hint)}", err=True)


def _line(one: "Problem | Hint") -> str:
    where = f" [{', '.join(one.subgraphs)}]" if one.subgraphs else ""
    coordinates = f" ({', '.join(one.coordinates)})" if one.coordinates else ""
    return f"{one.code}{where}: {one.message}{coordinates}"
