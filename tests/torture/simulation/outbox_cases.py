"""What the rows of the outbox and its journal promise, wherever they are kept."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Envelope
from shared.messaging.journal import CursorFromNowhere
from shared.messaging.outbox_rows import OutboxRows
from tests.torture.simulation.contract import (
    FIRST,
    SECOND,
    Cases,
    Stage,
    both,
    event,
    written,
)

case = Cases()


def _outbox(stage: Stage, session: Any) -> OutboxRows:
    return stage.outbox(session)


async def _publish(
    stage: Stage, aggregate: UUID, event_id: UUID | None = None, *, refuse: bool = False
) -> int:
    async with stage.database.transaction() as session:
        version = await _outbox(stage, session).append(written(aggregate, event_id))
        if refuse:
            raise RuntimeError("the command is refused")
        return version


async def _waiting(stage: Stage, limit: int = 100) -> list[tuple[UUID, int]]:
    async with stage.database.reading() as session:
        found = await _outbox(stage, session).unpublished("shop", limit)
    return [(row.envelope.aggregate_id, row.envelope.aggregate_version) for row in found]


@case
async def versions_count_from_one_and_are_given_again_after_a_rollback(stage: Stage) -> None:
    assert await _publish(stage, FIRST) == 1
    with pytest.raises(RuntimeError):
        await _publish(stage, FIRST, refuse=True)
    assert await _publish(stage, FIRST) == 2
    assert await _publish(stage, SECOND) == 1
    assert await _waiting(stage) == [(FIRST, 1), (FIRST, 2), (SECOND, 1)]
    assert await _waiting(stage, 2) == [(FIRST, 1), (FIRST, 2)]


@case
async def two_that_publish_at_once_get_two_versions(stage: Stage) -> None:
    versions = await both(*(_publish(stage, FIRST) for _ in range(4)))
    assert sorted(versions) == [1, 2, 3, 4]
    assert await _waiting(stage) == [(FIRST, version) for version in (1, 2, 3, 4)]


@case
async def what_is_marked_is_not_published_again(stage: Stage) -> None:
    for _ in range(3):
        await _publish(stage, FIRST)
    async with stage.database.reading() as session:
        rows = await _outbox(stage, session).unpublished("shop", 100)
    async with stage.database.transaction() as session:
        await _outbox(stage, session).mark([rows[0].seq, rows[2].seq])
    assert await _waiting(stage) == [(FIRST, 2)]


@case
async def one_that_commits_late_is_published_although_its_number_is_lower(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        rows = _outbox(stage, session)
        await rows.append(written(FIRST))
        await _publish(stage, SECOND)
        assert await _waiting(stage) == [(SECOND, 1)]
    assert await _waiting(stage) == [(FIRST, 1), (SECOND, 1)]


@case
async def who_locks_in_another_order_is_refused_or_waits_but_never_for_ever(stage: Stage) -> None:
    async def publish_to(*aggregates: UUID) -> None:
        async with stage.database.transaction() as session:
            rows = _outbox(stage, session)
            for aggregate in aggregates:
                await rows.append(written(aggregate))
                await asyncio.sleep(0.05)

    answers = await both(publish_to(FIRST, SECOND), publish_to(SECOND, FIRST))
    refused = [answer for answer in answers if answer is not None]
    assert [type(error).__name__ for error in refused] == ["DBAPIError"]
    assert getattr(refused[0], "orig").sqlstate == "40P01"  # noqa: B009
    assert sorted(await _waiting(stage)) == sorted([(FIRST, 1), (SECOND, 1)])


async def _listed(stage: Stage, cursor: Cursor | None = None, limit: int = 100) -> list[Any]:
    page = await stage.journal.after("crm", cursor, limit)
    return [
        (Cursor(page.epoch, one.tx, one.seq), one.entry.aggregate_id, one.entry.version)
        for one in page.listed
    ]


@case
async def the_journal_goes_on_behind_its_cursor(stage: Stage) -> None:
    assert await _listed(stage) == []
    for _ in range(3):
        await _publish(stage, FIRST)
    listed = await _listed(stage)
    assert [version for _, _, version in listed] == [1, 2, 3]
    assert await _listed(stage, limit=2) == listed[:2]
    assert await _listed(stage, listed[0][0]) == listed[1:]
    assert await _listed(stage, listed[2][0]) == []
    assert await _listed(stage, Cursor("of another cluster", 9_999, 1)) == listed


@case
async def the_journal_passes_nothing_by_that_commits_late(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        rows = _outbox(stage, session)
        await rows.append(written(FIRST))
        await _publish(stage, SECOND)
        assert await _listed(stage) == []
    assert [entry[1:] for entry in await _listed(stage)] == [(FIRST, 1), (SECOND, 1)]


@case
async def the_journal_refuses_a_cursor_from_its_future(stage: Stage) -> None:
    await _publish(stage, FIRST)
    [(cursor, _, _)] = await _listed(stage)
    with pytest.raises(CursorFromNowhere):
        await stage.journal.after("crm", Cursor(cursor.epoch, cursor.tx + 1_000_000, 1), 100)


@case
async def the_journal_gives_the_bodies_that_it_has(stage: Stage) -> None:
    ids = [uuid4() for _ in range(3)]
    for aggregate, event_id in zip((FIRST, SECOND, FIRST), ids, strict=True):
        await _publish(stage, aggregate, event_id)
    wanted = [ids[2], event(FIRST, 9).id, ids[1]]
    bodies = await stage.journal.bodies("crm", wanted)
    found = [Envelope.decode(body, "shop") for body in bodies]
    assert [e.id for e in found] == ids[1:]
