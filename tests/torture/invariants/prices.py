"""12: each revision of an order has one price, and no worker that lost its lease wrote anything."""

from collections import Counter
from uuid import UUID

from tests.torture.events import told
from tests.torture.invariants.report import Violation
from tests.torture.world import World

_TAKEN = """
select o.id, o.revision, o.state, o.total, o.tax,
       (select jsonb_object_agg(l.id, l.total_price) from order_line l where l.order_id = o.id)
           as lines
from orders o where o.total is not null
"""
_LEASES = "select seq, act, job, token from torture_lease order by seq"


async def are_one_a_revision(world: World) -> list[Violation]:
    """In mes, in what it told, and in the shop that took it."""
    return [
        *await _told_once(world),
        *await _taken_as_told(world),
        *await _written_by_holders(world),
    ]


async def _told_once(world: World) -> list[Violation]:
    rows = await world.rows(
        "mes", "select order_id, revision, price_book, total, tax from order_price"
    )
    stored = {(row["order_id"], row["revision"]): row for row in rows}
    told_of = [row for row in await told(world, "mes") if row.type == "OrderPriceCalculated"]
    times = Counter(
        (row.order, row.payload["revision"], row.payload["price_book"]) for row in told_of
    )
    wrong = [
        Violation("mes", f"price of order {order}, revision {revision}", f"was told {n} times")
        for (order, revision, _), n in times.items()
        if n > 1
    ]
    for row in told_of:
        price = stored.get((row.order, row.payload["revision"]))
        has = price and (price["price_book"], price["total"], price["tax"])
        said = row.payload["price_book"], row.payload["total"], row.payload["tax"]
        if has != said:
            text = f"told (price book, total, tax) {said}; its row has {has}"
            wrong.append(Violation("mes", row.name, text))
    return wrong


async def _taken_as_told(world: World) -> list[Violation]:
    prices = {
        (row.order, row.payload["revision"]): row.payload
        for row in await told(world, "mes")
        if row.type == "OrderPriceCalculated"
    }
    wrong = []
    for order in await world.rows("shop", _TAKEN):
        price = prices.get((order["id"], order["revision"]))
        said = price and (
            price["total"],
            price["tax"],
            {line["line_id"]: line["total"] for line in price["lines"]},
        )
        if said != (order["total"], order["tax"], order["lines"]):
            subject = f"price of order {order['id']}, revision {order['revision']}"
            text = f"is {order['total']} with tax {order['tax']}; mes told {said}"
            wrong.append(Violation("shop", subject, text))
    return wrong


async def _written_by_holders(world: World) -> list[Violation]:
    """Whoever was let write held the newest lease of the job."""
    wrong = []
    for service in ("mes", "editor"):
        if not await world.has(service, "torture_lease"):
            wrong.append(Violation(service, "instruments", "are not there"))
            continue
        holder: dict[UUID, UUID] = {}
        for row in await world.rows(service, _LEASES):
            if row["act"] == "claim":
                holder[row["job"]] = row["token"]
            elif holder.get(row["job"]) != row["token"]:
                text = f"token {row['token']} wrote while {holder.get(row['job'])} held the lease"
                wrong.append(Violation(service, f"job {row['job']}", text))
    return wrong
