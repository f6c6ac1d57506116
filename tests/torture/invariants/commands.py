"""3: what a service told of is what it did: no event without its rows, no rows without theirs."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from tests.torture.events import Told, told
from tests.torture.invariants.acknowledged_orders import SUBMISSIONS
from tests.torture.invariants.report import Violation
from tests.torture.ledger import Act
from tests.torture.world import World

# Each gives (id, event, times): what the rows say that must have been told, one row a kind.
_DONE: Mapping[str, str] = {
    "accounts": "select id, 'AccountRegistered' as event, 1 as times from account",
    "editor": """
        select id, 'FileUploaded' as event, 1 as times from model where content_hash is not null
        union all
        select id, 'FileRejected', 1 from model where rejection_code is not null
        union all
        select id, 'FileExpired', 1 from model where status = 'expired'
    """,
    "shop": """
        select t.order_id as id, case t.event when 'pricing_requested' then 'OrderPricingRequested'
            when 'placed' then 'OrderCreated' when 'cancelled' then 'OrderCancelled'
            when 'expired' then 'OrderExpired' else 'OrderClosed' end as event, count(*) as times
        from order_transition t
        where t.event in ('pricing_requested', 'placed', 'cancelled', 'expired', 'closed')
        group by 1, 2
    """,
    "mes": """
        select order_id as id, 'OrderPriceCalculated' as event, count(*) as times
        from order_price group by 1
    """,
    "crm": """
        select id, case state when 'APPROVED' then 'OrderConfirmed' else 'OrderRejected' end
            as event, 1 as times
        from review where state in ('APPROVED', 'REJECTED')
    """,
}
# A work order counts its steps; a cancellation is the shop's news.
_STEPS = """
select id, version - 1 - case state when 'CANCELLED' then 1 else 0 end as steps from work_order
"""
_UNMATCHED = frozenset({"OrderPricingFailed"})


async def told_is_done(world: World) -> list[Violation]:
    """Events and rows of each service are the two sides of the same transactions."""
    wrong: list[Violation] = []
    for service, sql in _DONE.items():
        events = Counter(
            (_subject(row), row.type)
            for row in await told(world, service)
            if row.type not in _UNMATCHED
        )
        done = Counter(
            {(row["id"], row["event"]): row["times"] for row in await world.rows(service, sql)}
        )
        wrong += _unequal(service, events, done)
    return wrong + await _steps(world) + await _refusals(world)


def _subject(row: Told) -> UUID:
    return row.order or UUID(row.payload.get("model_id") or row.payload["account_id"])


def _unequal(
    service: str, events: Counter[tuple[UUID, str]], done: Counter[tuple[UUID, str]]
) -> list[Violation]:
    return [
        Violation(
            service,
            f"{key[1]} of {key[0]}",
            f"was told {events[key]} times; the rows say that it happened {done[key]} times",
            lost=max(0, done[key] - events[key]),
        )
        for key in events.keys() | done.keys()
        if events[key] != done[key]
    ]


async def _steps(world: World) -> list[Violation]:
    counted = Counter(row.aggregate for row in await told(world, "operator"))
    taken = {row["id"]: row["steps"] for row in await world.rows("operator", _STEPS)}
    return [
        Violation(
            "operator",
            f"work order {key}",
            f"took {taken.get(key, 0)} steps and told of {counted[key]}",
        )
        for key in counted.keys() | taken.keys()
        if counted[key] != taken.get(key, 0)
    ]


async def _refusals(world: World) -> list[Violation]:
    """A key that was refused, and never accepted, has led to no order."""
    refused = {r.key for r in world.ledger if r.act is Act.REFUSED and r.kind == "submitOrder"}
    accepted = {r.key for r in world.ledger if r.act is Act.ACKNOWLEDGED}
    rows = await world.rows(
        "shop",
        f"select * from ({SUBMISSIONS}) s where idempotency_key = any($1)",
        list(refused - accepted),
    )
    return [
        Violation("shop", f"order {row['order_id']}", "exists, and its submission was refused")
        for row in rows
    ]
