"""One role and one database for each service, closed to every other role."""

from collections.abc import Mapping

import asyncpg

_HELD_DATABASES = ("postgres", "template1")


async def provision(administrator_dsn: str, passwords: Mapping[str, str]) -> None:
    """Create a role and a database of the same name for each entry of `passwords`.

    What exists already is kept, but for the password, which becomes the given one. No role may
    open a database that it does not own.
    """
    connection = await asyncpg.connect(administrator_dsn)
    try:
        for database in _HELD_DATABASES:
            await _execute(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database)
        for name, password in passwords.items():
            await _provide_role(connection, name, password)
            await provide_database(connection, name, owner=name)
    finally:
        await connection.close()


async def provide_database(connection: asyncpg.Connection, name: str, owner: str) -> None:
    """Create the database `name` unless it exists; only `owner` may open it."""
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        await _execute(connection, "CREATE DATABASE %I OWNER %I", name, owner)
    await _execute(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", name)


async def _provide_role(connection: asyncpg.Connection, name: str, password: str) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    verb = "ALTER" if exists else "CREATE"
    attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    await _execute(connection, f"{verb} ROLE %I {attributes} PASSWORD %L", name, password)


async def _execute(connection: asyncpg.Connection, template: str, *values: str) -> None:
    """Run a statement that takes no parameters, quoted by PostgreSQL's own `format`."""
    places = ", ".join(f"${number}::text" for number in range(2, len(values) + 2))
    statement = await connection.fetchval(f"SELECT format($1, {places})", template, *values)
    await connection.execute(statement)
