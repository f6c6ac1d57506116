"""A session that hands statements of text to the driver as they are."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.ext.asyncio import AsyncSession

from db.faults import absence_of, is_silence, means_absence

_DRIVER = "driver"
_DIALECT: sa.Dialect = dialect.dialect()  # type: ignore[no-untyped-call]
_plain: dict[str, "_Plain"] = {}


class Session(AsyncSession):
    """As SQLAlchemy's, in the same transaction, with the same results and errors.

    Around each statement SQLAlchemy compiles, changes to its greenlet and wraps what comes back,
    which takes several times what the driver takes. None of that is needed for one that is text
    already, and the hot ones are.
    """

    async def execute(
        self, statement: sa.Executable, params: Any = None, **options: Any
    ) -> sa.Result[Any]:
        plain = _plain_text(statement) if isinstance(statement, sa.TextClause) else None
        if plain is None or options or isinstance(params, list | tuple):
            return await super().execute(statement, params, **options)
        driver = self.info.get(_DRIVER) or await self._driver()
        return await _asked(driver, plain, params or {})

    async def scalar(self, statement: sa.Executable, params: Any = None, **options: Any) -> Any:
        if isinstance(statement, sa.TextClause):
            return (await self.execute(statement, params, **options)).scalar()
        return await super().scalar(statement, params, **options)

    @asynccontextmanager
    async def each_alone(self) -> AsyncIterator[None]:
        """In the block, which comes first, each statement is a transaction of its own.

        Said to the driver's adapter: SQLAlchemy's own way costs as much as the statement.
        """
        connection = (await self._driver()).connection
        connection.autocommit = True
        try:
            yield
        except sa.exc.DBAPIError:
            # The driver tells the server that a statement is over with the next message of it. A
            # value that cannot be sent leaves the server within: a transaction that nobody began.
            connection.terminate()
            raise
        finally:
            connection.autocommit = False

    def forget_driver(self) -> None:
        """The transaction is over, and with it the connection is somebody else's."""
        self.info.pop(_DRIVER, None)

    async def _driver(self) -> "_Driver":
        connection = await self.connection()
        pooled = connection.sync_connection.connection  # type: ignore[union-attr] # it is open
        driver = _Driver(
            self.info["database"].name,
            connection.dialect,
            pooled.dbapi_connection,
            connection.sync_engine.dispatch.before_cursor_execute,
        )
        self.info[_DRIVER] = driver
        return driver


@dataclass(frozen=True, slots=True)
class _Plain:
    """A statement as the driver reads it, and which values go in, in their order."""

    sql: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Driver:
    name: str
    dialect: Any
    connection: dialect.AsyncAdapt_asyncpg_connection
    listeners: Any
    """Whoever counts statements hears of these as well."""


def _plain_text(statement: sa.TextClause) -> _Plain | None:
    """None for a statement whose values SQLAlchemy has to turn into something else first."""
    # Not kept with the text: the same may be written with types and without.
    for value in statement._bindparams.values():
        if value.expanding or not isinstance(value.type, sa.types.NullType):
            return None
    plain = _plain.get(statement.text)
    if plain is None:
        compiled: Any = statement.compile(dialect=_DIALECT)
        plain = _Plain(compiled.string, tuple(compiled.positiontup or ()))
        _plain[statement.text] = plain
    return plain


async def _asked(driver: _Driver, plain: _Plain, values: Mapping[str, Any]) -> sa.Result[Any]:
    cursor = driver.connection.cursor()
    if driver.listeners:
        driver.listeners(None, cursor, plain.sql, values, None, False)
    cursor._invalidate_schema_cache_asof = driver.dialect._invalidate_schema_cache_asof
    try:
        await cursor._prepare_and_execute(plain.sql, [values[name] for name in plain.names])
    except Exception as error:
        raise _told(driver, plain, error) from error
    except BaseException:  # whoever asks is cancelled
        # A transaction is rolled back. Without one, the driver may be in the middle of beginning
        # one, or between two messages of a statement; the next user would get that.
        if not driver.connection._started:
            driver.connection.terminate()
        raise
    columns = [column[0] for column in cursor.description or ()]
    return IteratorResult(SimpleResultMetaData(columns), iter(cursor.fetchall()))


def _told(driver: _Driver, plain: _Plain, error: Exception) -> Exception:
    """The error as SQLAlchemy and the engine tell it."""
    known = driver.dialect.loaded_dbapi
    if isinstance(error, known.InvalidCachedStatementError | known.InternalServerError):
        driver.dialect._invalidate_schema_cache()
    if driver.connection.driver_connection.is_closed() or means_absence(error):
        if is_silence(error):
            driver.connection.terminate()
        return absence_of(driver.name, error)
    if not isinstance(error, known.Error):
        return error
    told: Exception = sa.exc.DBAPIError.instance(
        plain.sql, None, error, known.Error, hide_parameters=True, dialect=driver.dialect
    )
    return told
