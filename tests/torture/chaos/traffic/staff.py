"""CRM decides, operators make: what they do with an order is decided by its id alone."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from partline.demo.outcome import Refused
from tests.torture.chaos.traffic import documents
from tests.torture.chaos.traffic.person import GaveUp, Person

_PAUSE_SECONDS = 0.2
_HANDS = 6
_UNDER_WAY = ["CLAIMED", "IN_PRODUCTION", "PROBLEM", "MANUFACTURED", "SHIPPED"]
_STEPS: Mapping[str, tuple[str, str]] = {
    "AVAILABLE": ("claimWork", documents.CLAIM),
    "CLAIMED": ("startProduction", documents.START),
    "IN_PRODUCTION": ("finishProduction", documents.FINISH),
    "PROBLEM": ("resumeWork", documents.RESUME),
    "SHIPPED": ("markDelivered", documents.DELIVER),
}
_ANYBODYS = frozenset({"AVAILABLE", "MANUFACTURED", "SHIPPED"})


def fate(thing: str, of: int) -> int:
    """A number below `of` that belongs to this thing for ever."""
    return int.from_bytes(hashlib.sha256(thing.encode()).digest()[:4]) % of


async def review(crm: Person, open_hours: asyncio.Event) -> None:
    """Decide about whatever waits, for ever: one in sixteen is rejected."""

    async def decide(found: dict[str, Any]) -> None:
        if fate(found["id"], 16) == 0:
            reason = "This cannot be made."
            await crm.act(
                "rejectReview", found["id"], documents.REJECT, id=found["id"], reason=reason
            )
        else:
            await crm.act(
                "approveReview", found["id"], documents.APPROVE, id=found["id"], note="Fine."
            )

    while True:
        await _work_off(crm, open_hours, lambda: _reviews(crm), decide)
        await asyncio.sleep(_PAUSE_SECONDS)


async def make(operator: Person, open_hours: asyncio.Event) -> None:
    """Take every work order one step further, for ever."""
    told: set[str] = set()

    async def step(work: dict[str, Any]) -> None:
        if work["state"] in _ANYBODYS or work["mine"]:
            await _step(operator, work, told)

    while True:
        await _work_off(operator, open_hours, lambda: _board(operator), step)
        await asyncio.sleep(_PAUSE_SECONDS)


async def _step(operator: Person, work: dict[str, Any], told: set[str]) -> None:
    key, state = work["id"], work["state"]
    if state == "MANUFACTURED":
        await operator.act(
            *("shipWork", key, documents.SHIP),
            id=key,
            carrier="DHL",
            trackingNumber=f"{fate(key, 10**9):012d}",
        )
    elif state == "CLAIMED" and fate(key, 25) == 1 and _first_time(told, f"release {key}"):
        await operator.act("releaseWork", key, documents.RELEASE, id=key)
    elif state == "IN_PRODUCTION" and fate(key, 10) == 2 and _first_time(told, f"problem {key}"):
        kind = "SCRAP" if fate(key, 20) == 2 else "REWORK"
        await operator.act(
            *("reportProblem", key, documents.PROBLEM), id=key, kind=kind, reason="It has bent."
        )
    else:
        kind, document = _STEPS[state]
        await operator.act(kind, key, document, id=key)


def _first_time(told: set[str], what: str) -> bool:
    if what in told:
        return False
    told.add(what)
    return True


async def _reviews(crm: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await crm.look(documents.REVIEWS))["reviews"]["nodes"]
    return found


async def _board(operator: Person) -> list[dict[str, Any]]:
    held = await operator.look(documents.BOARD, states=_UNDER_WAY, first=50)
    new = await operator.look(documents.BOARD, states=["AVAILABLE"], first=25)
    nodes = [*held["board"]["nodes"], *new["board"]["nodes"]]
    operator.chance.shuffle(nodes)
    return nodes


async def _work_off(
    person: Person,
    open_hours: asyncio.Event,
    list_work: Callable[[], Awaitable[list[dict[str, Any]]]],
    do: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Do everything on a list, a few at a time; what is refused has moved on meanwhile."""
    hands = asyncio.Semaphore(_HANDS)

    async def one(item: dict[str, Any]) -> None:
        async with hands:
            await open_hours.wait()
            try:
                await do(item)
            except (Refused, GaveUp):
                return

    await open_hours.wait()
    try:
        items = await list_work()
    except GaveUp:
        return
    await asyncio.gather(*(one(item) for item in items))
