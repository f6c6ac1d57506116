"""How a command ends when something is wrong: a sentence, and an exit status that is not 0."""

from typing import NoReturn

import typer

FAILED = 1


def fail(sentence: object) -> NoReturn:
    """Tell the person at the terminal what is wrong and end the command."""
    typer.echo(f"partline: {sentence}", err=True)
    raise typer.Exit(FAILED)
