"""Shoppers with a basket, and partners' programs: an order from its first wish to its placing."""

import asyncio
from typing import Any

from partline.demo.outcome import Refused
from tests.torture.chaos.traffic import documents
from tests.torture.chaos.traffic.goods import ADDRESS, Goods
from tests.torture.chaos.traffic.person import Person
from tests.torture.instruments import POISON

_PRICING = frozenset({"DRAFT", "PRICING"})
_UNPLACED = _PRICING | {"PRICED"}
_LIMIT = 10_000_00


async def shop(person: Person, goods: Goods) -> str | None:
    """One order by the basket. Gives its id when it was left lying in the basket for ever."""
    line = await goods.line(person)
    added = await _add(person, line)
    order = await _priced(person, added)
    mood = person.chance.random()
    if mood < 0.04:
        return added
    if mood < 0.08:
        await cancel(person, added, "found it in a drawer")
    elif order["state"] == "PRICED" and await place(person, order) and mood > 0.97:
        await cancel(person, added, "changed my mind")
    return None


async def submit(person: Person, goods: Goods, poisons: str | None) -> None:
    """One order by the partner's API; mostly it places itself.

    `poisons` is the consumer, if any, that cannot digest its events.
    """
    line = await goods.line(person)
    key = f"order-{person.chance.getrandbits(64):016x}"
    by_hand = poisons is None and person.chance.random() < 0.1
    asked = {
        "idempotencyKey": key,
        "partnerReference": f"PO-{key[-6:]}" if poisons is None else f"{POISON}{poisons}",
        "lines": [line],
        "address": ADDRESS,
        "autoPlaceUpTo": 1 if by_hand else _LIMIT,
    }
    if poisons is not None:
        await asyncio.to_thread(person.ledger.poison, "event", key, {"consumer": poisons})
    order = (await person.act("submitOrder", key, documents.SUBMIT, input=asked))["id"]
    if poisons is None and person.chance.random() < 0.05:
        await cancel(person, order, "our customer does not want it")
    elif by_hand:
        found = await _priced(person, order)
        if found["state"] == "PRICED":
            await place(person, found)


async def submit_and_follow(person: Person, goods: Goods) -> None:
    """One order of a new part by the partner's API, until the order has placed itself."""
    key = f"order-{person.chance.getrandbits(64):016x}"
    asked = {
        "idempotencyKey": key,
        "lines": [await goods.line(person, fresh=True)],
        "address": ADDRESS,
        "autoPlaceUpTo": _LIMIT,
    }
    order = (await person.act("submitOrder", key, documents.SUBMIT, input=asked))["id"]

    async def placed() -> bool | None:
        found = (await person.look(documents.ORDER, id=order))["order"]
        return (found is not None and found["state"] not in _UNPLACED) or None

    await person.until(placed)


async def place(person: Person, order: dict[str, Any]) -> bool:
    """Place at the price that was seen; a refusal is the shop's good right."""
    try:
        await person.act(
            *("placeOrder", order["id"], documents.PLACE),
            id=order["id"],
            address=ADDRESS,
            acceptedTotal=order["total"]["amount"],
        )
    except Refused:
        return False
    return True


async def cancel(person: Person, order: str, reason: str) -> bool:
    """Cancel, if it is still possible."""
    try:
        await person.act("cancelOrder", order, documents.CANCEL, id=order, reason=reason)
    except Refused:
        return False
    return True


async def _add(person: Person, line: dict[str, object]) -> str:
    key = f"basket-{person.chance.getrandbits(64):016x}"
    answer = await person.act("addToBasket", key, documents.ADD, line=line, idempotencyKey=key)
    return str(answer["id"])


async def _priced(person: Person, order: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = (await person.look(documents.ORDER, id=order))["order"]
        return found if found is not None and found["state"] not in _PRICING else None

    return await person.until(look)
