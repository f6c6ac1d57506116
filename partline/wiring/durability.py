"""No process of ours starts on a PostgreSQL that may forget what it confirmed."""

from collections.abc import Iterable

import structlog

from db.durability import UnsafeDatabase
from db.engine import Database
from db.faults import DatabaseUnavailable
from partline.wiring.errors import UnsafeDatabaseError

_log = structlog.get_logger(__name__)


async def refuse_unsafe(databases: Iterable[Database]) -> None:
    """Raise UnsafeDatabaseError for the first of `databases` that is not safe.

    One that is away is no reason not to start: each of its connections is looked at when it comes.
    """
    for database in databases:
        try:
            await database.check()
        except UnsafeDatabase as error:
            raise UnsafeDatabaseError(str(error)) from error
        except DatabaseUnavailable as error:
            _log.warning("started without its database", database=database.name, error=str(error))
