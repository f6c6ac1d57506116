"""The shopper: basket, price, order."""

from partline.demo.caller import Caller
from partline.demo.order import ADDRESS, Choice, look
from partline.demo.outcome import Refused
from partline.demo.part import Part
from partline.demo.patience import Patience
from partline.demo.teller import Teller
from partline.demo.upload import upload

_BASKET = "{ basket { id reference lines { model { id } } } }"
_ADD = "mutation($line: LineInput!) { addToBasket(line: $line) { id } }"
_PLACE = """mutation($id: ID!, $address: AddressInput!, $total: Int!) {
  placeOrder(orderId: $id, address: $address, acceptedTotal: $total) { id } }"""
_BEFORE_PLACING = {"DRAFT", "PRICING", "PRICED"}


async def order_part(
    caller: Caller, patience: Patience, teller: Teller, part: Part, choice: Choice
) -> str:
    """Upload, choose, wait for the price and place; gives the order's id."""
    model_id, report = await upload(caller, patience, part)
    box = " x ".join(f"{side:.0f}" for side in report["boxMm"])
    volume = report["volumeMm3"] / 1000
    teller.done("shopper", f"uploaded {part.name}: {box} mm, {volume:.1f} cm³")

    async def in_basket() -> str | None:
        basket = (await caller.ask(_BASKET))["basket"]
        if basket and any(line["model"]["id"] == model_id for line in basket["lines"]):
            return str(basket["id"])
        await caller.ask(_ADD, line=choice.line(model_id))
        return None

    order_id = await patience.until("the basket", in_basket)
    what = f"{choice.quantity} in {choice.material}, {choice.finish}"
    teller.done("shopper", f"put it into the basket: {what}")
    await _place(caller, patience, teller, order_id)
    return order_id


async def _place(caller: Caller, patience: Patience, teller: Teller, order_id: str) -> None:
    priced = False

    async def placed() -> dict[str, object] | None:
        nonlocal priced
        order = await look(caller, order_id)
        if order["state"] not in _BEFORE_PLACING:
            return order
        if order["state"] != "PRICED":
            return None
        if not priced:
            priced = True
            total = order["total"]["text"]
            teller.done("shopper", f"sees the price of {order['reference']}: {total}")
        try:
            await caller.ask(_PLACE, id=order_id, address=ADDRESS, total=order["total"]["amount"])
        except Refused as refusal:  # the price or the state moved on meanwhile: look again
            teller.waiting(f"the order to be placed ({refusal})")
        return None

    order = await patience.until("the price", placed)
    teller.done("shopper", f"placed {order['reference']}")


async def until_closed(caller: Caller, patience: Patience, teller: Teller, order_id: str) -> str:
    """Wait for the end; gives the order's reference."""

    async def closed() -> str | None:
        order = await look(caller, order_id)
        return str(order["reference"]) if order["state"] == "CLOSED" else None

    reference = await patience.until("the order to be closed", closed)
    teller.done("shopper", f"sees {reference} closed")
    return reference
