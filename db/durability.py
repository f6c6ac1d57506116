"""A PostgreSQL that may forget what it confirmed is refused."""

from db.connection import Connection
from db.faults import DatabaseUnavailable

_NEEDED = ("fsync", "synchronous_commit", "full_page_writes")
_ASKED = "select " + ", ".join(f"current_setting('{name}')" for name in _NEEDED)


class UnsafeDatabase(DatabaseUnavailable):
    """It would lose committed orders when its machine stops; nothing is stored in it."""

    code = "DATABASE_UNSAFE"


async def refuse_unsafe(connection: Connection, name: str) -> None:
    """Raise UnsafeDatabase unless a commit on `connection` survives the loss of power.

    Asked on the service's own connection, so that what is set for its role or database alone
    counts as well.
    """
    values = await connection.fetchrow(_ASKED)
    off = [setting for setting, value in zip(_NEEDED, values or (), strict=True) if value == "off"]
    if off:
        raise UnsafeDatabase(
            f"{UnsafeDatabase.code}: the PostgreSQL of {name} has {' and '.join(off)} off, so it "
            "may lose orders that it has confirmed. Set them on in postgresql.conf, and take them "
            "back where they are set for a role or a database (ALTER ROLE … RESET, ALTER DATABASE "
            "… RESET; `\\drds` in psql shows them), then start again."
        )
