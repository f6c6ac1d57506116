"""After the storm: what made events poisonous is mended, and people clear up the dead letters."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from db.engine import Database
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.subscriptions import SUBSCRIPTIONS, service_of

_ACTOR = "the rig"
_UNREADABLE = "unreadable"
_TOO_LATE = sa.text(
    "select consumer, event_id from dead_letter where discarded_at is null"
    " and type = 'OrderCancelled' and error like '%was cancelled after it left.%'"
)


async def cure(databases: Mapping[str, str], mark: Path) -> int:
    """Redrive every dead letter, but discard what is no event, and cancellations that met a
    parcel on its way, as their text asks; gives how many there were."""
    await asyncio.to_thread(mark.touch)
    cleared = 0
    for service in dict.fromkeys(service_of(consumer) for consumer in SUBSCRIPTIONS):
        database = Database(databases[service], name="rig")
        try:
            async with database.transaction() as session:
                letters = DeadLetters(session)
                rubbish = await letters.keys(type=_UNREADABLE)
                await letters.discard(rubbish, _ACTOR, "this is no event")
                crossed = [tuple(row) for row in await session.execute(_TOO_LATE)]
                await letters.discard(crossed, _ACTOR, "a return was agreed with the customer")
                cleared += len(rubbish) + len(crossed)
                cleared += len(await letters.redrive(await letters.keys(), _ACTOR))
        finally:
            await database.close()
    return cleared
