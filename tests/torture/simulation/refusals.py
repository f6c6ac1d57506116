"""The errors that a service gets from `db.engine` and SQLAlchemy when PostgreSQL fails it."""

import asyncpg
import sqlalchemy as sa

from db.faults import DatabaseUnavailable


def _wrapped(kind: type[sa.exc.DBAPIError], cause: BaseException) -> sa.exc.DBAPIError:
    translated = Exception(str(cause))  # the driver's own class in between, which nobody looks at
    translated.__cause__ = cause
    translated.sqlstate = getattr(cause, "sqlstate", None)  # type: ignore[attr-defined]
    return kind("simulated", {}, translated)


def away(why: str) -> Exception:
    return DatabaseUnavailable(f"the simulated database is away: {why}")


def deadlock() -> Exception:
    return _wrapped(sa.exc.DBAPIError, asyncpg.DeadlockDetectedError("deadlock detected"))


def too_slow() -> Exception:
    return _wrapped(
        sa.exc.DBAPIError,
        asyncpg.QueryCanceledError("canceling statement due to statement timeout"),
    )


def not_unique(table: str) -> Exception:
    return _wrapped(
        sa.exc.IntegrityError,
        asyncpg.UniqueViolationError(f"duplicate key value violates unique constraint {table}"),
    )


def aborted() -> Exception:
    return _wrapped(
        sa.exc.DBAPIError,
        asyncpg.InFailedSQLTransactionError("current transaction is aborted"),
    )
