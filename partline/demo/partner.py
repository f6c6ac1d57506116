"""The partner's program: one call, and the order is priced, placed and confirmed by itself."""

import secrets

from partline.demo.caller import Caller
from partline.demo.order import ADDRESS, Choice, look
from partline.demo.outcome import Ended, Refused
from partline.demo.part import Part
from partline.demo.patience import Patience
from partline.demo.people import People
from partline.demo.staff import approve
from partline.demo.teller import Teller
from partline.demo.upload import upload

_SUBMIT = "mutation($input: SubmitOrderInput!) { submitOrder(input: $input) { id reference } }"
_LIMIT = 10_000_00  # minor units: far above what a demo part costs
_BEFORE_PLACING = {"DRAFT", "PRICING", "PRICED"}


async def order_by_api(
    people: People, patience: Patience, teller: Teller, part: Part, choice: Choice
) -> str:
    """Submit, and follow until it is confirmed; gives the order's id."""
    partner = people.partner
    model_id, _ = await upload(partner, patience, part)
    order_id, reference = await _submit(partner, patience, choice.line(model_id))
    teller.done("partner", f"submitted {reference} with one call")

    async def placed() -> str | None:
        order = await look(partner, order_id)
        return None if order["state"] in _BEFORE_PLACING else str(order["total"]["text"])

    total = await patience.until("the partner's order to be priced and placed", placed)
    teller.done("partner", f"has it placed for {total}")
    await approve(people.crm, patience, teller, order_id)

    async def confirmed() -> bool | None:
        return (await look(partner, order_id))["state"] != "PLACED" or None

    await patience.until("the partner's order to be confirmed", confirmed)
    teller.done("partner", f"sees {reference} confirmed")
    return order_id


async def _submit(partner: Caller, patience: Patience, line: dict[str, object]) -> tuple[str, str]:
    # One key for all tries: however many answers get lost, it is one order.
    asked = {
        "idempotencyKey": f"demo-{secrets.token_hex(8)}",
        "partnerReference": "PO-DEMO",
        "lines": [line],
        "address": ADDRESS | {"name": "Bracket & Sons"},
        "autoPlaceUpTo": _LIMIT,
    }

    async def submitted() -> tuple[str, str]:
        try:
            order = (await partner.ask(_SUBMIT, input=asked))["submitOrder"]
        except Refused as refusal:
            raise Ended(f"The partner's order was refused: {refusal}") from refusal
        return str(order["id"]), str(order["reference"])

    return await patience.until("the partner's order to be taken", submitted)
