"""What must hold once the faults are over and all has come to rest. Numbers are the issue's."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast
from uuid import UUID

from subgraphs.mes.pricing_jobs.stage import Stage
from subgraphs.shop.orders.lifecycle import ENDS, OrderEvent, OrderState, is_late, next_state
from tests.torture.simulation.books import BUSINESS, COUNTER, HANDLED, HISTORY, ORDER
from tests.torture.simulation.curses import Curse
from tests.torture.simulation.inbox_rows import (
    DEAD,
    INBOX,
    PARKED,
    POSITION,
    RETRY,
    UNREADABLE,
)
from tests.torture.simulation.job_rows import JOB
from tests.torture.simulation.mes import PART, PRICE
from tests.torture.simulation.outbox_rows import AGGREGATE, OUTBOX
from tests.torture.simulation.service import SUBSCRIPTIONS
from tests.torture.simulation.store import Row
from tests.torture.simulation.world import World

Check = Callable[[World], Iterator[str]]
_LONGEST_TRANSACTION_SECONDS = 2.0
_SILENT = frozenset(
    {OrderEvent.PRICING_REQUESTED, OrderEvent.PRICE_CALCULATED, OrderEvent.PRICING_FAILED}
)


def unrest(world: World) -> Iterator[str]:
    """Why the world has not come to rest yet."""
    if not world.clients_are_done():
        yield "a client waits for an answer"
    for producer, service in world.services.items():
        for row in _rows(world, producer, OUTBOX):
            if not row["published"]:
                yield f"{producer} has not published {row['type']} {row['id']}"
        for job in _rows(world, service.name, JOB):
            if job["stage"] in (Stage.QUEUED, Stage.RUNNING):
                yield f"job {job['id']} is {job['stage']}"
    for consumer in SUBSCRIPTIONS:
        for _, row in _of(world, consumer, RETRY):
            yield f"{consumer} has {row['type']} {row['event_id']} in retry: {row['error']}"
        for missing in _missing(world, consumer):
            yield f"{consumer} misses {missing}"


def violations(world: World, *, cured: bool) -> list[str]:
    """All that is broken; `cured`: the poison's cause is gone and every letter was redriven."""
    checks: Sequence[Check] = (
        _acknowledged_orders_exist,
        _rolled_back_commands_left_nothing,
        _histories_are_paths,
        _versions_have_no_gap,
        _each_event_has_one_place,
        _counters_equal_events,
        _order_was_kept,
        _prices_are_unique_and_fenced,
        _journeys_have_one_id,
        _nothing_is_left_open,
        _nobody_blocked_each_other_on_positions,
        _one_relay_was_active,
        _no_background_work_failed,
        _impostors_are_dead_letters,
        _only_poison_is_left if cured else _dead_letters_are_the_poison,
    )
    return [f"{check.__name__.strip('_')}: {what}" for check in checks for what in check(world)]


def business(world: World) -> dict[str, Any]:
    """The tables that a replay may not change."""
    return {
        f"{name}.{table}": dict(service.database.store.table(table))
        for name, service in world.services.items()
        for table in BUSINESS
    }


def _rows(world: World, service: str, table: str) -> list[Row]:
    return list(world.services[service].database.store.table(table).values())


def _of(world: World, consumer: str, table: str) -> list[tuple[tuple[Any, ...], Row]]:
    service = consumer.partition(".")[0]
    found = world.services[service].database.store.table(table)
    return [(cast(Any, key), row) for key, row in found.items() if cast(Any, key)[0] == consumer]


def _events(world: World, consumer: str) -> list[tuple[str, Row]]:
    return [
        (producer, row)
        for producer in SUBSCRIPTIONS[consumer]
        for row in _rows(world, producer, OUTBOX)
    ]


def _places(world: World, consumer: str) -> dict[UUID, list[str]]:
    places: dict[UUID, list[str]] = defaultdict(list)
    for key, _ in _of(world, consumer, INBOX):
        places[key[1]].append(INBOX)
    for table in (PARKED, RETRY, DEAD):
        for _, row in _of(world, consumer, table):
            if row["type"] != UNREADABLE:
                places[row["event_id"]].append(table)
    return places


def _missing(world: World, consumer: str) -> Iterator[str]:
    places = _places(world, consumer)
    for producer, row in _events(world, consumer):
        if row["id"] not in places:
            yield f"{producer}'s {row['type']} {row['aggregate_id']}/{row['aggregate_version']}"


def _acknowledged_orders_exist(world: World) -> Iterator[str]:
    orders = world.services["shop"].database.store.table(ORDER)
    for order_id in sorted(world.ledger.acknowledged - set(cast(Any, orders))):
        yield f"1: order {order_id} is lost"


def _rolled_back_commands_left_nothing(world: World) -> Iterator[str]:
    for row in _rows(world, "shop", OUTBOX):
        if row["payload"].get("number") == -1:
            yield f"3: event {row['id']} of a command that was rolled back"
    told: dict[UUID, list[str]] = defaultdict(list)
    for row in sorted(_rows(world, "shop", OUTBOX), key=lambda row: row["aggregate_version"]):
        if "step" in row["payload"]:
            told[row["aggregate_id"]].append(row["payload"]["step"])
    for order_id, steps in _histories(world).items():
        made = [
            step["event"]
            for step in steps
            if step["event"] not in _SILENT and not is_late(step["from"], step["event"])
        ]
        if made != told[order_id]:
            yield f"3: order {order_id} told {told[order_id]} and did {made}"


def _histories(world: World) -> dict[UUID, list[Row]]:
    histories: dict[UUID, list[Row]] = defaultdict(list)
    steps = cast(Any, world.services["shop"].database.store.table(HISTORY))
    for _, step in sorted(steps.items()):
        histories[step["order_id"]].append(step)
    return histories


def _histories_are_paths(world: World) -> Iterator[str]:
    histories = _histories(world)
    for order_id, order in world.services["shop"].database.store.table(ORDER).items():
        state: OrderState | None = None
        for step in histories[cast(UUID, order_id)]:
            if step["from"] != state or next_state(state, step["event"]) != step["to"]:
                yield f"4: order {order_id} went from {state} by {dict(step)}"
            state = step["to"]
        if state != order["state"]:
            yield f"4: order {order_id} is {order['state']} and its history ends in {state}"


def _versions_have_no_gap(world: World) -> Iterator[str]:
    for name, service in world.services.items():
        versions: dict[UUID, list[int]] = defaultdict(list)
        for row in _rows(world, name, OUTBOX):
            versions[row["aggregate_id"]].append(row["aggregate_version"])
        for aggregate, found in versions.items():
            counted = service.database.store.table(AGGREGATE)[aggregate]["version"]
            if sorted(found) != list(range(1, counted + 1)):
                yield f"5: {name}'s {aggregate} has versions {sorted(found)} of {counted}"


def _each_event_has_one_place(world: World) -> Iterator[str]:
    for consumer in SUBSCRIPTIONS:
        places = _places(world, consumer)
        known = {row["id"] for _, row in _events(world, consumer)}
        for event, found in places.items():
            if len(found) != 1:
                yield f"7: {consumer} has {event} in {' and '.join(found)}"
            if event not in known and event not in world.impostors:
                yield f"7: {consumer} knows {event}, which nobody sent"
        yield from (f"7: {consumer} misses {missing}" for missing in _missing(world, consumer))


def _counters_equal_events(world: World) -> Iterator[str]:
    for consumer in SUBSCRIPTIONS:
        handled = _handled(world, consumer)
        applied = {key[1] for key, _ in _of(world, consumer, INBOX)}
        counted = sum(row["n"] for _, row in _of(world, consumer, COUNTER))
        if not counted == len(handled) == len(applied):
            yield (
                f"8: {consumer} counted {counted}, handled {len(handled)}, applied {len(applied)}"
            )
        if {row["event_id"] for row in handled} != applied:
            yield f"8: {consumer} handled other events than its inbox says"


def _handled(world: World, consumer: str) -> list[Row]:
    service = consumer.partition(".")[0]
    rows = cast(Any, world.services[service].database.store.table(HANDLED))
    return [row for _, row in sorted(rows.items()) if row["consumer"] == consumer]


def _order_was_kept(world: World) -> Iterator[str]:
    for consumer in SUBSCRIPTIONS:
        reached: dict[tuple[str, UUID], int] = defaultdict(int)
        discarded = {
            (row["producer"], row["aggregate_id"], row["version"])
            for _, row in _of(world, consumer, DEAD)
            if row["discarded"] and row["event_id"] not in world.impostors
        }
        for row in _handled(world, consumer):
            aggregate = (row["producer"], row["aggregate_id"])
            expected = reached[aggregate] + 1
            while (*aggregate, expected) in discarded:
                expected += 1
            if row["version"] != expected:
                yield f"9: {consumer} handled {row['version']} of {aggregate} after {expected - 1}"
            reached[aggregate] = row["version"]


def _prices_are_unique_and_fenced(world: World) -> Iterator[str]:
    seen: set[tuple[UUID, int]] = set()
    for row in _rows(world, "mes", PRICE):
        if (row["order_id"], row["revision"]) in seen:
            yield f"12: a second price for {row['order_id']}, revision {row['revision']}"
        seen.add((row["order_id"], row["revision"]))
    for row in [*_rows(world, "mes", PRICE), *_rows(world, "mes", PART)]:
        if row["by"] != row["held_by"]:
            yield f"12: {row['by']} wrote while {row['held_by']} held the job"


def _journeys_have_one_id(world: World) -> Iterator[str]:
    for consumer in SUBSCRIPTIONS:
        for row in _handled(world, consumer):
            if row["correlation_id"] != row["aggregate_id"]:
                yield f"17: {consumer} handled {row['event_id']} under {row['correlation_id']}"


def _nothing_is_left_open(world: World) -> Iterator[str]:
    for service in world.services.values():
        for left in service.database.left_open(_LONGEST_TRANSACTION_SECONDS):
            yield f"18: {service.name}: {left}"


def _nobody_blocked_each_other_on_positions(world: World) -> Iterator[str]:
    for service in world.services.values():
        for tables in service.database.store.deadlocks:
            if tables == {POSITION}:
                yield f"{service.name} locked positions in two orders"


def _one_relay_was_active(world: World) -> Iterator[str]:
    for service in world.services.values():
        if service.database.most_relays > 1:
            yield f"{service.name} had {service.database.most_relays} active relays at once"


def _no_background_work_failed(world: World) -> Iterator[str]:
    for where, error in world.failures:
        yield f"{where}: {type(error).__name__}: {error}"


def _impostors_are_dead_letters(world: World) -> Iterator[str]:
    for consumer, producers in SUBSCRIPTIONS.items():
        places = _places(world, consumer)
        for event, impostor in world.impostors.items():
            if impostor.producer not in producers:
                continue
            place = places.get(event, ["taken for a duplicate"])
            if place != [DEAD] and (consumer, impostor.encode()) not in world.bus.wiped:
                yield f"7: the impostor {event} is at {consumer} {' and '.join(place)}"


def _dead_letters_are_the_poison(world: World) -> Iterator[str]:
    for consumer in SUBSCRIPTIONS:
        positions = {key: row["version"] for key, row in _of(world, consumer, POSITION)}
        dead = {row["event_id"] for _, row in _of(world, consumer, DEAD)}
        parked = {row["event_id"] for _, row in _of(world, consumer, PARKED)}
        for producer, row in _events(world, consumer):
            aggregate, version = row["aggregate_id"], row["aggregate_version"]
            cursed = world.curses.of(consumer, producer, aggregate, version) is not Curse.NONE
            reached = positions.get((consumer, producer, aggregate), 0) >= version - 1
            if (row["id"] in dead) != (cursed and reached):
                yield f"13: {consumer}: {row['id']} cursed {cursed}, dead {row['id'] in dead}"
            if row["id"] in parked and reached:
                yield f"13: {consumer}: {row['id']} is parked behind nothing"
        unreadable = sum(row["type"] == UNREADABLE for _, row in _of(world, consumer, DEAD))
        if unreadable > world.rubbish:
            yield f"13: {consumer} has {unreadable} letters of {world.rubbish} bodies of rubbish"


def _only_poison_is_left(world: World) -> Iterator[str]:
    for consumer in SUBSCRIPTIONS:
        for _, row in _of(world, consumer, DEAD):
            if not row["discarded"] and row["type"] != UNREADABLE:
                yield f"13: {consumer}: {row['event_id']} is still dead: {row['error']}"
        for _, row in _of(world, consumer, PARKED):
            yield f"13: {consumer}: {row['event_id']} is still parked"
    given_up = {
        job["order_id"] for job in _rows(world, "mes", JOB) if job["stage"] == Stage.NEEDS_ATTENTION
    }
    for order_id, order in world.services["shop"].database.store.table(ORDER).items():
        if order["state"] in ENDS:
            continue
        if order["state"] is OrderState.NEEDS_ATTENTION and order_id in given_up:
            continue
        yield f"4: order {order_id} rests in {order['state']}"
