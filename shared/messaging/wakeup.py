"""The wake-up call from a commit to the relay, sent after the commit and never inside it.

Inside the transaction NOTIFY takes a lock that serialises every commit of the database.
"""

import sqlalchemy as sa

from db.engine import Database

CHANNEL = "partline_outbox"


async def wake_relay(database: Database) -> None:
    """Tell the relay of this database, in whichever process it runs, to look now."""
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(sa.text(f"notify {CHANNEL}"))
