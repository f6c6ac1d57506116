"""13: what is dead is what was poisoned, and nothing is once the cause is mended."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from shared.messaging.subscriptions import service_of
from tests.torture.events import told_by_all
from tests.torture.handlers import handled_types
from tests.torture.instruments import POISON
from tests.torture.invariants.acknowledged_orders import SUBMISSIONS
from tests.torture.invariants.report import Violation
from tests.torture.ledger import Act, Record
from tests.torture.world import World

_LETTERS = """
select consumer, event_id, type, producer, correlation_id, aggregate_id, body, error, discarded_at
from dead_letter
"""
_LEFT = "select id from work_order where state in ('SHIPPED', 'DELIVERED')"
_ORDERS = f"select * from ({SUBMISSIONS}) s where idempotency_key = any($1)"


async def are_the_poison(world: World) -> list[Violation]:
    """Before the cure each poison is dead where it was meant to be; after it nothing is.

    A cancellation that met a parcel on its way waits for a person, who discards it.
    """
    letters = [
        row
        for service in dict.fromkeys(service_of(name) for name in world.subscriptions)
        for row in await world.rows(service, _LETTERS)
    ]
    poison = [record for record in world.ledger if record.act is Act.POISON]
    bodies = {record.content["sha256"] for record in poison if record.kind == "body"}
    meant = await _meant(world, poison)
    left = {("operator", row["id"]) for row in await world.rows("operator", _LEFT)}
    wrong, dead = [], set()
    for row in letters:
        name = f"{row['type']} {row['event_id']} of {row['producer']} at {row['consumer']}"
        if row["aggregate_id"] is None:
            if hashlib.sha256(row["body"]).hexdigest() not in bodies:
                wrong.append(_letter(row["consumer"], name, f"is no event: {row['error']}"))
            elif world.cured and row["discarded_at"] is None:
                wrong.append(_letter(row["consumer"], name, "was not discarded after the cure"))
            continue
        of = (row["consumer"], row["correlation_id"])
        if row["type"] == "OrderCancelled" and of in left:
            if world.cured and row["discarded_at"] is None:
                wrong.append(_letter(row["consumer"], name, "was not discarded after the cure"))
            continue
        dead.add(of)
        if of not in meant:
            wrong.append(_letter(row["consumer"], name, f"was never poisoned: {row['error']}"))
        elif world.cured:
            wrong.append(_letter(row["consumer"], name, "is still dead after cure and redrive"))
    if not world.cured:
        wrong += [
            _letter(consumer, f"order {order}", "is poisoned, and nothing of it died")
            for consumer, order in await _hit(world, meant) - dead
        ]
    return wrong


def _letter(consumer: str, subject: str, text: str) -> Violation:
    return Violation(service_of(consumer), subject, text)


async def _meant(world: World, poison: Iterable[Record]) -> set[tuple[str, UUID]]:
    events = {record.key: record.content["consumer"] for record in poison if record.kind == "event"}
    rows = await world.rows("shop", _ORDERS, list(events))
    return {(events[row["idempotency_key"]], row["order_id"]) for row in rows}


async def _hit(world: World, meant: set[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Those of the poisoned orders of which the consumer was told something that it handles."""
    hit = set()
    for producer, rows in (await told_by_all(world)).items():
        for row in rows:
            reference = row.payload.get("order", {}).get("partner_reference") or ""
            consumer = reference.removeprefix(POISON)
            if producer not in world.subscriptions.get(consumer, ()) or row.order is None:
                continue
            types = handled_types(consumer)
            if types is None or row.type in types:
                hit.add((consumer, row.order))
    return hit & meant
