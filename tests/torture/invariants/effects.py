"""8 and 9: handlers were called once for each event, and in the order of each aggregate."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from uuid import UUID

from shared.messaging.subscriptions import service_of
from tests.torture.events import told_by_all
from tests.torture.handlers import handled_types
from tests.torture.invariants.deliveries import reached
from tests.torture.invariants.report import Violation
from tests.torture.world import World

_COUNTERS = """
select producer, aggregate_id, calls from torture_counter where consumer = $1
"""
_CALLS = """
select seq, event_id, producer, aggregate_id, version, type
from torture_handled where consumer = $1 order by seq
"""


async def _uninstrumented(world: World) -> list[Violation]:
    services = dict.fromkeys(service_of(consumer) for consumer in world.subscriptions)
    return [
        Violation(service, "instruments", "are not there: run it by tests.torture.child")
        for service in services
        if not await world.has(service, "torture_handled")
    ]


async def counters_equal_events(world: World) -> list[Violation]:
    """A handler that counts without looking at the event has counted each event once."""
    if wrong := await _uninstrumented(world):
        return wrong
    everything = await told_by_all(world)
    for consumer, producers in world.subscriptions.items():
        applied = (await reached(world, consumer)).places["applied"]
        types = handled_types(consumer)
        expected: Counter[tuple[str, UUID]] = Counter(
            (row.producer, row.aggregate)
            for producer in producers
            for row in everything.get(producer, ())
            if row.id in applied and (types is None or row.type in types)
        )
        wrong += await _miscounted(world, consumer, expected)
    return wrong


async def _miscounted(
    world: World, consumer: str, expected: Mapping[tuple[str, UUID], int]
) -> list[Violation]:
    service = service_of(consumer)
    counted = {
        (row["producer"], row["aggregate_id"]): row["calls"]
        for row in await world.rows(service, _COUNTERS, consumer)
    }
    wrong = []
    for key in expected.keys() | counted.keys():
        calls, events = counted.get(key, 0), expected.get(key, 0)
        if calls != events:
            subject = f"handlers of {consumer} for {key[0]}'s {key[1]}"
            text = f"were called {calls} times for {events} events that it applied"
            twice, lost = max(0, calls - events), max(0, events - calls)
            wrong.append(Violation(service, subject, text, lost=lost, twice=twice))
    return wrong


async def calls_are_in_order(world: World) -> list[Violation]:
    """Within one aggregate of one producer, later versions after earlier ones."""
    if wrong := await _uninstrumented(world):
        return wrong
    for consumer in world.subscriptions:
        service = service_of(consumer)
        seen: dict[tuple[str, UUID], int] = defaultdict(int)
        for row in await world.rows(service, _CALLS, consumer):
            key = row["producer"], row["aggregate_id"]
            if row["version"] <= seen[key]:
                subject = f"{row['type']} {row['event_id']} at {consumer}"
                text = f"version {row['version']} was handled after version {seen[key]}"
                wrong.append(Violation(service, subject, text))
            seen[key] = max(seen[key], row["version"])
    return wrong
