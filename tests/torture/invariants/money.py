"""10: each step is paid once, by the rates in force, and the books balance."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

from tests.torture.events import told
from tests.torture.invariants.report import Violation
from tests.torture.world import World

# The steps that are paid, and the event that says that one was taken, and by whom.
_PAID = {"OrderManufactured": "FINISH", "OrderShipped": "SHIP"}
_ENTRIES = """
select order_id, step, operator_id, amount, currency, pay_rule from pay_entry
"""
_UNBALANCED = """
select order_id, step, coalesce(sum(amount), 0) as sum, count(*) as postings
from pay_posting group by 1, 2 having sum(amount) <> 0 or count(*) <> 2
"""
_UNBOOKED = """
select e.order_id, e.step, e.amount, p.amount as posted, p.currency, e.currency as owed
from pay_entry e left join pay_posting p
    on p.order_id = e.order_id and p.step = e.step and p.account = 'WAGES'
where p.amount is distinct from e.amount or p.currency is distinct from e.currency
"""
_ORPHANED = """
select p.order_id, p.step from pay_posting p left join pay_entry e
    on e.order_id = p.order_id and e.step = p.step
where e.order_id is null
   or (p.account = 'PAYABLE' and p.operator_id is distinct from e.operator_id)
"""
_TOTALS = """
select account, currency, sum(amount) as sum from pay_posting group by 1, 2
"""


async def books_balance(world: World) -> list[Violation]:
    """Entries are the steps that were taken, amounts are the rates', debits equal credits."""
    return [
        *await _entries_are_steps(world),
        *await _amounts_are_the_rates(world),
        *await _debits_equal_credits(world),
        *await _orders_cost_what_was_accepted(world),
    ]


async def _entries_are_steps(world: World) -> list[Violation]:
    taken: Counter[tuple[UUID, str, UUID]] = Counter(
        (row.aggregate, _PAID[row.type], UUID(row.payload["operator_id"]))
        for row in await told(world, "operator")
        if row.type in _PAID
    )
    paid = Counter(
        (row["order_id"], row["step"], row["operator_id"])
        for row in await world.rows("operator", _ENTRIES)
    )
    return [
        Violation(
            "operator",
            f"{key[1]} of order {key[0]} by operator {key[2]}",
            f"was taken {taken[key]} times and paid {paid[key]} times",
        )
        for key in taken.keys() | paid.keys()
        if taken[key] != paid[key] or paid[key] > 1
    ]


async def _amounts_are_the_rates(world: World) -> list[Violation]:
    """Computed again from the rates and from what crm confirmed, not from the work order."""
    rates = {
        (row["version"], row["currency"], row["step"]): row
        for row in await world.rows("operator", "select * from pay_rate")
    }
    totals = {
        row.order: row.payload["order"]["total"]
        for row in await told(world, "crm")
        if row.type == "OrderConfirmed"
    }
    wrong = []
    for entry in await world.rows("operator", _ENTRIES):
        rate = rates.get((entry["pay_rule"], entry["currency"], entry["step"]))
        total = totals.get(entry["order_id"])
        subject = f"pay for {entry['step']} of order {entry['order_id']}"
        if rate is None or total is None:
            text = f"has no rate or no confirmed total (rule {entry['pay_rule']})"
            wrong.append(Violation("operator", subject, text))
        elif (due := _due(rate, total)) != entry["amount"]:
            text = f"is {entry['amount']}; the rates give {due} for a total of {total}"
            wrong.append(Violation("operator", subject, text))
    return wrong


def _due(rate: Mapping[str, Any], total: int) -> int:
    """The base and a share in basis points, half a minor unit rounded up."""
    return int(rate["base"]) + floor(Fraction(total * rate["share"], 10_000) + Fraction(1, 2))


async def _debits_equal_credits(world: World) -> list[Violation]:
    wrong = [
        Violation(
            "operator",
            f"{row['step']} of order {row['order_id']}",
            f"has {row['postings']} postings whose sum is {row['sum']} instead of 2 and 0",
        )
        for row in await world.rows("operator", _UNBALANCED)
    ]
    wrong += [
        Violation(
            "operator",
            f"{row['step']} of order {row['order_id']}",
            f"earns {row['amount']} {row['owed']}; wages were posted as {row['posted']}",
        )
        for row in await world.rows("operator", _UNBOOKED)
    ]
    wrong += [
        Violation(
            "operator", f"{row['step']} of order {row['order_id']}", "is posted to nobody's earning"
        )
        for row in await world.rows("operator", _ORPHANED)
    ]
    sums: dict[str, int] = defaultdict(int)
    for row in await world.rows("operator", _TOTALS):
        sums[row["currency"]] += int(row["sum"])
    return wrong + [
        Violation("operator", f"the books in {currency}", f"are out of balance by {total}")
        for currency, total in sums.items()
        if total != 0
    ]


async def _orders_cost_what_was_accepted(world: World) -> list[Violation]:
    """Placed, confirmed and worked on at one and the same total, the one that mes computed."""
    priced = {
        (row["order_id"], row["revision"]): row["total"]
        for row in await world.rows("mes", "select order_id, revision, total from order_price")
    }
    wrong = []
    for service, kind in (("shop", "OrderCreated"), ("crm", "OrderConfirmed")):
        for row in await told(world, service):
            if row.type != kind or row.order is None:
                continue
            order = row.payload["order"]
            computed = priced.get((row.order, order["revision"]))
            if order["total"] != computed:
                text = f"says {order['total']}; mes computed {computed}"
                wrong.append(Violation(service, f"{kind} of order {row.order}", text))
    return wrong
