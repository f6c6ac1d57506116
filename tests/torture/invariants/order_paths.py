"""4: each order's history is a path of the documented table, to an end or to a named human."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.torture.invariants.report import Violation
from tests.torture.world import World

DOCUMENT = Path(__file__).parents[3] / "docs" / "orders.md"
ENDS = frozenset({"rejected", "closed", "expired", "cancelled"})
OF_THE_CUSTOMER = frozenset({"draft", "priced", "needs_attention"})
IN_WORK = {
    "confirmed": "AVAILABLE",
    "claimed": "CLAIMED",
    "in_production": "IN_PRODUCTION",
    "problem": "PROBLEM",
    "manufactured": "MANUFACTURED",
    "shipped": "SHIPPED",
}
_HISTORY = """
select order_id, from_state, event, to_state from order_transition order by order_id, id
"""
_JOBS = """
select j.order_id, j.stage, exists (
    select from model_file f where f.id = any(j.waiting_for)) as arrived
from pricing_job j join order_request r on r.order_id = j.order_id and r.revision = j.revision
"""


def documented(text: str) -> frozenset[tuple[str, str, str]]:
    """The rows (state, event, next state) of both tables on the page about orders; a new order's
    state is empty."""
    row = re.compile(r"^\| ([a-z –]+) \| ([a-z ]+) \| ([a-z ]+) \|$", re.M)
    rows = {tuple(cell.replace(" ", "_") for cell in found) for found in row.findall(text)}
    return frozenset(
        ("" if state == "–" else state, event, target)
        for state, event, target in rows
        if state != "state"
    )


async def paths_are_documented(world: World) -> list[Violation]:
    """The histories, and where each order has come to rest."""
    table = documented(DOCUMENT.read_text())
    states = {r["id"]: r["state"] for r in await world.rows("shop", "select id, state from orders")}
    wrong: list[Violation] = []
    walked: dict[UUID, str] = {}
    for order_id, steps in groupby(
        await world.rows("shop", _HISTORY), key=lambda row: row["order_id"]
    ):
        path = list(steps)
        walked[order_id] = path[-1]["to_state"]
        wrong += [Violation("shop", f"order {order_id}", text) for text in _missteps(path, table)]
    wrong += [
        Violation("shop", f"order {key}", f"is {state}; its history ends in {walked.get(key)}")
        for key, state in states.items()
        if state != walked.get(key)
    ]
    return wrong + await _stuck(world, states)


def _missteps(
    path: Sequence[Mapping[str, Any]], table: frozenset[tuple[str, str, str]]
) -> list[str]:
    found, before = [], ""
    for step in path:
        came_from, event, target = step["from_state"] or "", step["event"], step["to_state"]
        if came_from != before:
            found.append(f"{event} left from {came_from}, but the step before led to {before}")
        if (came_from, event, target) not in table:
            found.append(f"no row of the table leads by {event} from {came_from} to {target}")
        before = target
    return found


async def _stuck(world: World, states: Mapping[UUID, str]) -> list[Violation]:
    reviews = {r["id"]: r["state"] for r in await world.rows("crm", "select id, state from review")}
    work = {
        r["id"]: r
        for r in await world.rows("operator", "select id, state, holder_name from work_order")
    }
    jobs = {r["order_id"]: r for r in await world.rows("mes", _JOBS)}
    letters = await _waiting_letters(world)
    wrong = []
    for order_id, state in states.items():
        text = _waits_for_nobody(
            state, reviews.get(order_id), work.get(order_id), jobs.get(order_id)
        )
        if text is not None and order_id not in letters:
            wrong.append(Violation("shop", f"order {order_id}", text))
    return wrong


def _waits_for_nobody(
    state: str,
    review: str | None,
    work: Mapping[str, Any] | None,
    job: Mapping[str, Any] | None,
) -> str | None:
    """What is wrong with an order that stays in `state`, or None."""
    if state in ENDS or state in OF_THE_CUSTOMER:
        return None
    if state == "pricing":
        # Only a file that its customer has not sent may hold a price up.
        waiting = job is not None and job["stage"] == "waiting_for_model" and not job["arrived"]
        return None if waiting else f"is in pricing, and mes has {job and job['stage']} for it"
    if state == "placed":
        return None if review == "PENDING" else f"is placed, and its review is {review}"
    if state in IN_WORK:
        has = None if work is None else work["state"]
        if has != IN_WORK[state]:
            return f"is {state}, and its work order is {has} instead of {IN_WORK[state]}"
        held = state == "confirmed" or (work is not None and work["holder_name"])
        return None if held else f"is {state}, and nobody holds its work order"
    return f"is {state}, which no human waits for: it should have gone on by itself"


async def _waiting_letters(world: World) -> frozenset[UUID]:
    """Orders for which a person is to decide about a dead letter: they wait for a manager."""
    found: set[UUID] = set()
    for service in world.databases:
        rows = await world.rows(
            service, "select correlation_id from dead_letter where discarded_at is null"
        )
        found |= {row["correlation_id"] for row in rows}
    return frozenset(found)
