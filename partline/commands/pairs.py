"""Options of the form NAME=VALUE."""

from collections.abc import Iterable

import typer


def pairs(given: Iterable[str] | None, option: str) -> dict[str, str]:
    """The values by name. Raises typer.BadParameter for what has no name."""
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not name or not equals or not value:
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE", param_hint=option)
        found[name] = value
    return found
