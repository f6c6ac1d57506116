"""How a database that is away is told from everything else that can go wrong."""

import asyncpg
from sqlalchemy import exc

_ABSENCE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


class DatabaseUnavailable(ConnectionError):
    """The database cannot be reached or does not answer; try again later.

    Raised by the engine alone, about its own connections: an OSError or a TimeoutError of whoever
    used them never becomes one. After a commit it is not known whether it took place.
    """


def is_database_away(error: BaseException) -> bool:
    """Whether `error` says nothing about what was to be done, only that the database is away.

    A statement that took too long is not of this kind: the server itself ended it.
    """
    return isinstance(error, DatabaseUnavailable | exc.TimeoutError)


def means_absence(error: BaseException) -> bool:
    """Whether an error of the driver, raised while it connected or asked, means that."""
    cause = error.__cause__ or error
    return isinstance(cause, _ABSENCE) and not isinstance(cause, asyncpg.QueryCanceledError)


def is_silence(error: BaseException) -> bool:
    """Whether a connection did not answer: it is not to be used again."""
    return isinstance(error.__cause__ or error, OSError | TimeoutError)


def absence_of(name: str, error: BaseException) -> DatabaseUnavailable:
    """What is raised of the database of `name` when an error of the driver means that."""
    cause = error.__cause__ or error
    said = str(cause) or type(cause).__name__
    return DatabaseUnavailable(f"the database of {name} is away: {said}")
