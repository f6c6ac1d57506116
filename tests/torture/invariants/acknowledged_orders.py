"""1 and 2: what was acknowledged is there as it was sent, and once for each key."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tests.torture.invariants.report import Violation
from tests.torture.ledger import Act, Record
from tests.torture.world import World

SUBMIT, PLACE, ADD = "submitOrder", "placeOrder", "addToBasket"
_ORDERS = """
select o.id, o.state, o.partner_reference, o.auto_place_up_to, o.address, o.placed_at, o.total,
       coalesce(jsonb_agg(jsonb_build_object('modelId', l.model_id, 'material', l.material,
           'finish', l.finish, 'quantity', l.quantity, 'scale', l.scale, 'units', l.units,
           'rotation', to_jsonb(l.rotation)) order by l.position)
           filter (where l.id is not null), '[]') as lines
from orders o left join order_line l on l.order_id = o.id
where o.id = any($1) group by o.id
"""
SUBMISSIONS = """
select key as idempotency_key, (answer->>'orderId')::uuid as order_id
from idempotency_key where operation = 'submitOrder'
"""
_LINE = {"scale": 1.0, "units": "MM", "rotation": [0.0, 0.0, 0.0]}


async def exist_as_sent(world: World) -> list[Violation]:
    """Each order that a client was told of is in the shop with the content that it sent."""
    asked = {(r.kind, r.key): r.content for r in world.ledger if r.act is Act.INTENDED}
    answers = [r for r in world.ledger if r.act is Act.ACKNOWLEDGED and _order_of(r) is not None]
    ids = [order_id for r in answers if (order_id := _order_of(r)) is not None]
    found = {row["id"]: row for row in await world.rows("shop", _ORDERS, ids)}
    wrong = []
    for answer in answers:
        order_id = _order_of(answer)
        subject = f"order {order_id}, acknowledged for {answer.kind} {answer.key}"
        row = found.get(order_id) if order_id is not None else None
        if row is None:
            wrong.append(Violation("shop", subject, "does not exist", lost=1))
            continue
        sent = asked.get((answer.kind, answer.key))
        if sent is None:
            wrong.append(Violation("ledger", subject, "was acknowledged before it was intended"))
            continue
        wrong += [Violation("shop", subject, text) for text in _differences(answer, sent, row)]
    return wrong


async def one_key_one_order(world: World) -> list[Violation]:
    """A key leads to one order and one answer, however often it was sent."""
    wrong = _answered_differently(world.ledger)
    rows = await world.rows("shop", SUBMISSIONS)
    bound: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        bound[row["idempotency_key"]].add(row["order_id"])
    for record in world.ledger:
        if record.kind == SUBMIT and record.act is Act.ACKNOWLEDGED:
            wrong += _bound_elsewhere(record, bound[record.key])
    unbound = await world.rows(
        "shop",
        "select id, reference from orders o where channel = 'PARTNER'"
        " and not exists (select from idempotency_key k where k.operation = 'submitOrder'"
        " and k.answer->>'orderId' = o.id::text)",
    )
    wrong += [
        Violation("shop", f"order {row['id']}", "is a partner's order that no key led to", twice=1)
        for row in unbound
    ]
    return wrong


def _answered_differently(ledger: Sequence[Record]) -> list[Violation]:
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in ledger:
        if record.act is Act.ACKNOWLEDGED and record.content.get("id"):
            ids[record.kind, record.key].add(str(record.content["id"]))
    return [
        Violation("shop", f"{kind} {key}", f"was answered with several ids: {sorted(answers)}")
        for (kind, key), answers in ids.items()
        if len(answers) > 1
    ]


def _bound_elsewhere(record: Record, orders: set[UUID]) -> list[Violation]:
    answered = _order_of(record)
    if orders == {answered}:
        return []
    found = ", ".join(map(str, orders)) or "none"
    return [
        Violation("shop", f"key {record.key}", f"answered order {answered}; the shop has {found}")
    ]


def _order_of(record: Record) -> UUID | None:
    if record.kind not in (SUBMIT, PLACE, ADD):
        return None
    found = record.content.get("id") or (record.key if record.kind == PLACE else None)
    return None if found is None else UUID(str(found))


def _differences(answer: Record, sent: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    variables: Mapping[str, Any] = sent["variables"]
    if answer.kind == SUBMIT:
        return _submitted(variables.get("input", variables), row)
    if answer.kind == PLACE:
        return _placed(variables, row)
    return _added(variables, row)


def _submitted(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    lines = [_LINE | {k: v for k, v in line.items() if v is not None} for line in wanted["lines"]]
    pairs = [
        ("lines", lines, row["lines"]),
        ("address", _address(wanted["address"]), row["address"]),
        ("partner reference", wanted.get("partnerReference"), row["partner_reference"]),
        ("limit", wanted.get("autoPlaceUpTo"), row["auto_place_up_to"]),
    ]
    return [f"{name}: sent {sent}, stored {has}" for name, sent, has in pairs if sent != has]


def _placed(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    if row["placed_at"] is None:
        return ["was acknowledged as placed and is not"]
    pairs = [
        ("accepted total", _variable(wanted, "total"), row["total"]),
        ("address", _address(_variable(wanted, "address") or {}), row["address"]),
    ]
    return [
        f"{name}: sent {sent}, stored {has}" for name, sent, has in pairs if sent and sent != has
    ]


def _added(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    line = _variable(wanted, "line")
    if line is None or any(_contains(has, line) for has in row["lines"]):
        return []
    return [f"has no such line: {line}; it has {row['lines']}"]


def _contains(has: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    return all(has.get(name) == value for name, value in line.items())


def _variable(variables: Mapping[str, Any], word: str) -> Any:
    """The variable whose name has `word` in it: how a client calls it is its own affair."""
    return next((v for name, v in variables.items() if word in name.lower()), None)


def _address(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {"postal_code" if name == "postalCode" else name: v for name, v in sent.items()}
