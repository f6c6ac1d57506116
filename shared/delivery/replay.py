"""Sending what an outbox holds once more: the inboxes absorb what they know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.ids import new_id
from shared.messaging.tables import delivery_act, outbox

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which published events; what is None does not restrict. `order` is a correlation id."""

    since: datetime | None = None
    until: datetime | None = None
    type: str | None = None
    order: UUID | None = None
    aggregate: UUID | None = None

    @property
    def words(self) -> str:
        """For the audit: `since 2026-11-22T03:00:00+00:00, type OrderCreated`."""
        said = {
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "type": self.type,
            "order": self.order,
            "aggregate": self.aggregate,
        }
        return ", ".join(f"{name} {value}" for name, value in said.items() if value) or "all"


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay that was begun: how many events, and the number of the last of them."""

    selection: Selection
    events: int
    last: int


async def look(session: AsyncSession, selection: Selection) -> Replay:
    """What a replay of `selection` would send again now."""
    query = sa.select(sa.func.count(), sa.func.max(outbox.c.seq)).where(*_chosen(selection))
    events, last = (await session.execute(query)).one()
    return Replay(selection, events, last or 0)


async def note(session: AsyncSession, producer: str, replay: Replay, actor: str) -> None:
    """Audit a replay; to be committed before its first event goes."""
    await session.execute(
        sa.insert(delivery_act).values(
            id=new_id(),
            act="replay",
            actor=actor,
            consumer=producer,
            reason=f"{replay.events:,} events: {replay.selection.words}",
        )
    )


async def unpublish(session: AsyncSession, replay: Replay, after: int) -> tuple[int, int] | None:
    """Mark the next events behind number `after`, so that the relay sends them again.

    Gives how many it marked and the last one's number, or None when there are no more.
    """
    batch = (
        sa.select(outbox.c.seq)
        .where(*_chosen(replay.selection), outbox.c.seq > after, outbox.c.seq <= replay.last)
        .order_by(outbox.c.seq)
        .limit(BATCH)
    )
    marked = (
        await session.scalars(
            sa.update(outbox)
            .where(outbox.c.seq.in_(batch))
            .values(published_at=None)
            .returning(outbox.c.seq)
        )
    ).all()
    return (len(marked), max(marked)) if marked else None


def _chosen(selection: Selection) -> "list[sa.ColumnElement[bool]]":
    conditions: list[sa.ColumnElement[bool]] = [outbox.c.published_at.is_not(None)]
    if selection.since is not None:
        conditions.append(outbox.c.created_at >= selection.since)
    if selection.until is not None:
        conditions.append(outbox.c.created_at < selection.until)
    if selection.type is not None:
        conditions.append(outbox.c.type == selection.type)
    if selection.order is not None:
        conditions.append(outbox.c.correlation_id == selection.order)
    if selection.aggregate is not None:
        conditions.append(outbox.c.aggregate_id == selection.aggregate)
    return conditions
