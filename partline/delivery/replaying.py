"""Letting a service send its events again."""

from db.engine import Database
from partline.delivery.databases import asking
from shared.delivery import replay
from shared.delivery.replay import Selection


async def count(database: Database, selection: Selection) -> int:
    """How many events a replay would send."""
    async with asking(database.name), database.reading() as session:
        return (await replay.look(session, selection)).events


async def replay_events(database: Database, selection: Selection, actor: str) -> int:
    """Mark the selected events as unpublished; gives how many.

    The replay is audited before its first event goes, in the transaction of the first batch. Each
    batch is a transaction of its own, so that the relay can begin.
    """
    marked, after = 0, 0
    async with asking(database.name):
        async with database.transaction() as session:
            begun = await replay.look(session, selection)
            if not begun.events:
                return 0
            await replay.note(session, database.name, begun, actor)
            batch = await replay.unpublish(session, begun, after)
        while batch is not None:
            marked, after = marked + batch[0], batch[1]
            async with database.transaction() as session:
                batch = await replay.unpublish(session, begun, after)
    return marked
