"""6 and 7: all is published, confirmed by each subscriber, and in exactly one place there."""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from uuid import UUID

from shared.messaging.subscriptions import service_of
from tests.torture.events import Told, told_by_all
from tests.torture.invariants.report import Violation
from tests.torture.world import World

_READERS = "select consumer, epoch, tx::text::numeric as tx, seq from outbox_reader"
_PLACES: Mapping[str, str] = {
    "applied": "select event_id from inbox where consumer = $1",
    # What is no event has no aggregate: it is nobody's.
    "dead": "select event_id from dead_letter where consumer = $1 and aggregate_id is not null",
    "parked": "select event_id from inbox_parked where consumer = $1",
    "to be tried again": "select event_id from inbox_retry where consumer = $1",
}
_UNFOUNDED = """
select p.producer, p.aggregate_id, p.version from inbox_parked p
where p.consumer = $1 and not exists (
    select from dead_letter d where d.consumer = p.consumer and d.producer = p.producer
    and d.aggregate_id = p.aggregate_id and d.version < p.version and d.discarded_at is null)
"""
_POSITIONS = """
select producer, aggregate_id, version from inbox_position where consumer = $1 and version > 0
"""
_PASSED = "select event_id from dead_letter where consumer = $1 and discarded_at is not null"


async def are_confirmed(world: World) -> list[Violation]:
    """No row waits for the relay, and each reader's cursor has passed the last row."""
    wrong = []
    for producer, rows in (await told_by_all(world)).items():
        wrong += [
            Violation(producer, row.name, "was never published")
            for row in rows
            if row.published is None
        ]
        if rows:
            wrong += await _behind(world, producer, max((row.tx, row.seq) for row in rows))
    return wrong


async def _behind(world: World, producer: str, last: tuple[int, int]) -> list[Violation]:
    confirmed = {r["consumer"]: r for r in await world.rows(producer, _READERS)}
    wrong = []
    for consumer, producers in world.subscriptions.items():
        if producer not in producers:
            continue
        row = confirmed.get(consumer)
        at = None if row is None else (int(row["tx"]), row["seq"])
        if at is None or at < last:
            text = f"has confirmed {at or 'nothing'}; the outbox goes to {last} (tx, seq)"
            wrong.append(Violation(producer, f"reader {consumer}", text))
    return wrong


@dataclass(frozen=True, slots=True)
class Reached:
    """What one consumer has of what it subscribed to, by the place where it lies."""

    consumer: str
    places: Mapping[str, Set[UUID]]

    def of(self, event: UUID) -> list[str]:
        return [place for place, ids in self.places.items() if event in ids]

    @property
    def all(self) -> Set[UUID]:
        return frozenset().union(*self.places.values())


async def reached(world: World, consumer: str) -> Reached:
    """Where everything lies that `consumer` was ever given."""
    service = service_of(consumer)
    return Reached(
        consumer,
        {
            place: {row["event_id"] for row in await world.rows(service, sql, consumer)}
            for place, sql in _PLACES.items()
        },
    )


async def reach_each_subscriber_once(world: World) -> list[Violation]:
    """Applied, dead or parked: the three together are what was subscribed to, and disjoint."""
    wrong: list[Violation] = []
    everything = await told_by_all(world)
    for consumer, producers in world.subscriptions.items():
        given = await reached(world, consumer)
        wanted = {row.id: row for producer in producers for row in everything.get(producer, ())}
        for event, row in wanted.items():
            wrong += _place(given, event, row)
        wrong += [
            Violation(
                service_of(consumer), f"event {event} at {consumer}", "is in no producer's outbox"
            )
            for event in given.all - wanted.keys()
        ]
        wrong += await _rests(world, consumer, wanted, given)
    return wrong


def _place(given: Reached, event: UUID, row: Told) -> list[Violation]:
    service, subject = service_of(given.consumer), f"{row.name} at {given.consumer}"
    places = given.of(event)
    match places:
        case []:
            return [Violation(service, subject, f"is lost: {row.producer} told of it", lost=1)]
        case ["to be tried again"]:
            return [Violation(service, subject, "still waits for an attempt")]
        case [_]:
            return []
        case _:
            return [Violation(service, subject, f"is in several places: {', '.join(places)}")]


async def _rests(
    world: World, consumer: str, wanted: Mapping[UUID, Told], given: Reached
) -> list[Violation]:
    """Parked events lie behind an open dead letter, and positions are what was passed."""
    service = service_of(consumer)
    wrong = [
        Violation(
            service,
            f"version {row['version']} of {row['aggregate_id']} ({row['producer']}) at {consumer}",
            "is parked, and no dead letter is before it",
        )
        for row in await world.rows(service, _UNFOUNDED, consumer)
    ]
    passed = {row["event_id"] for row in await world.rows(service, _PASSED, consumer)}
    newest: dict[tuple[str, UUID], int] = defaultdict(int)
    for event in given.places["applied"] | passed:
        if (row := wanted.get(event)) is not None:
            key = row.producer, row.aggregate
            newest[key] = max(newest[key], row.version)
    for at in await world.rows(service, _POSITIONS, consumer):
        has = newest.get((at["producer"], at["aggregate_id"]), 0)
        if has != at["version"]:
            subject = f"position of {consumer} in {at['producer']}'s {at['aggregate_id']}"
            text = f"is {at['version']}; the newest that it passed is {has}"
            wrong.append(Violation(service, subject, text))
    return wrong
