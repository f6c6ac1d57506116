"""17: an order's whole way has one correlation id, is written down in crm, and has no gap."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from tests.torture.events import OF_MODELS, Told, told_by_all
from tests.torture.invariants.deliveries import reached
from tests.torture.invariants.report import Violation
from tests.torture.world import World

# What must have happened to an order before an event could.
BEFORE: Mapping[str, str] = {
    "OrderPriceCalculated": "OrderPricingRequested",
    "OrderPricingFailed": "OrderPricingRequested",
    "OrderCreated": "OrderPriceCalculated",
    "OrderConfirmed": "OrderCreated",
    "OrderRejected": "OrderCreated",
    "WorkClaimed": "OrderConfirmed",
    "WorkReleased": "WorkClaimed",
    "ProductionStarted": "WorkClaimed",
    "ProductionProblemReported": "ProductionStarted",
    "ProductionResumed": "ProductionProblemReported",
    "OrderManufactured": "ProductionStarted",
    "OrderShipped": "OrderManufactured",
    "OrderDelivered": "OrderShipped",
    "OrderClosed": "OrderDelivered",
    "OrderExpired": "OrderPricingRequested",
    "OrderCancelled": "OrderPricingRequested",
}
_STEPS = "select event_id, order_id, model_id, event, service from journey_step"


async def are_whole(world: World) -> list[Violation]:
    """Over all outboxes, and in crm's journey of each order and model."""
    everything = await told_by_all(world)
    events = [row for rows in everything.values() for row in rows]
    return [
        *_strangely_correlated(events),
        *_gaps(events),
        *await _unwritten(world, everything),
    ]


def _strangely_correlated(events: Sequence[Told]) -> list[Violation]:
    wrong = []
    for row in events:
        subject = row.order
        if row.type in OF_MODELS:
            subject = UUID(row.payload["model_id"])
        if subject is not None and row.correlation != subject:
            text = f"has the correlation id {row.correlation} instead of {subject}"
            wrong.append(Violation(row.producer, row.name, text))
    return wrong


def _gaps(events: Sequence[Told]) -> list[Violation]:
    happened: dict[UUID, set[str]] = defaultdict(set)
    for row in events:
        if row.order is not None:
            happened[row.order].add(row.type)
    return [
        Violation("journey", f"order {order}", f"has {kind} without {BEFORE[kind]}")
        for order, kinds in happened.items()
        for kind in kinds
        if kind in BEFORE and BEFORE[kind] not in kinds
    ]


async def _unwritten(world: World, everything: Mapping[str, Sequence[Told]]) -> list[Violation]:
    steps = {row["event_id"]: row for row in await world.rows("crm", _STEPS)}
    applied = (await reached(world, "crm.journey")).places["applied"]
    wrong = []
    for producer in world.subscriptions["crm.journey"]:
        for row in everything.get(producer, ()):
            if row.id in applied:
                wrong += _step(row, steps.get(row.id))
    return wrong


def _step(row: Told, step: Mapping[str, object] | None) -> list[Violation]:
    if step is None:
        return [Violation("crm", row.name, "was applied, and the journey has no step of it")]
    subject = step["model_id"] if row.type in OF_MODELS else step["order_id"]
    has = (subject, step["event"], step["service"])
    wanted = (row.correlation, row.type, row.producer)
    if has == wanted:
        return []
    return [Violation("crm", row.name, f"is written down as {has} instead of {wanted}")]
