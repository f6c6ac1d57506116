"""The services' databases, for commands that work on them directly."""

import asyncio
import getpass
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import asyncpg
from sqlalchemy import exc

from db.engine import Database
from db.faults import is_database_away
from partline.commands.failure import fail
from partline.wiring.errors import MissingSettingError, SettingError
from partline.wiring.settings import load_settings
from shared.errors import DomainError
from shared.settings import SERVICES, Settings

Result = TypeVar("Result")
_STATEMENT_SECONDS = 60.0


def run(work: Callable[[Settings], Awaitable[Result]]) -> Result:
    """Do `work` with the settings of this terminal; a sentence and exit status 1 when it cannot."""

    async def whole() -> Result:
        return await work(load_settings())

    try:
        return asyncio.run(whole())
    except (SettingError, DomainError) as error:
        fail(error)


def actor() -> str:
    """Who is at this terminal, for the audit: `mina@workshop (command line)`."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        name = f"uid {os.getuid()}"
    return f"{name}@{socket.gethostname()} (command line)"


@asynccontextmanager
async def opened(settings: Settings, names: Sequence[str]) -> AsyncIterator[dict[str, Database]]:
    """A database for each of `names`; nothing is connected before it is needed.

    Raises MissingSettingError when one has no address.
    """
    async with AsyncExitStack() as closing:
        databases = {}
        for name in names:
            url = settings.database_urls.get(name)
            if url is None:
                raise MissingSettingError(
                    "PARTLINE_DATABASE_URLS", f"the address of the database of {name}"
                )
            databases[name] = Database(
                url.get_secret_value(),
                name=name,
                pool_size=2,
                statement_seconds=_STATEMENT_SECONDS,
            )
            closing.push_async_callback(databases[name].close)
        yield databases


class Unusable(Exception):
    """A database cannot be asked; the text says which and what to do."""


@asynccontextmanager
async def asking(name: str) -> AsyncIterator[None]:
    """Turns what is wrong with the database of `name` into Unusable."""
    try:
        yield
    except Exception as error:
        if is_database_away(error):
            raise Unusable(
                f"the database of {name} cannot be reached. Is it running? `partline status`"
            ) from error
        if isinstance(error, exc.ProgrammingError) and _of_older_tables(error):
            raise Unusable(
                f"the database of {name} lacks tables. Run `partline migrate`"
            ) from error
        raise


def _of_older_tables(error: exc.ProgrammingError) -> bool:
    cause = getattr(error.orig, "__cause__", None)
    return isinstance(cause, asyncpg.UndefinedTableError | asyncpg.UndefinedColumnError)


def named_services(given: Sequence[str] | None) -> Sequence[str]:
    """The services that were asked for; all of them when none was."""
    return tuple(given) if given else SERVICES
