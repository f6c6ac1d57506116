"""The staff: CRM approves, an operator makes and ships."""

from typing import Any

from partline.demo.caller import Caller
from partline.demo.outcome import Ended, Refused
from partline.demo.patience import Patience
from partline.demo.teller import Teller

_REVIEW = "query($id: ID!) { order(id: $id) { review { id state reasons automatic } } }"
_APPROVE = 'mutation($id: ID!) { approveReview(id: $id, note: "Demo") { id } }'
_WORK = "query($id: ID!) { order(id: $id) { work { id state mine claimedBy pay { text } } } }"
_STEPS = {
    "AVAILABLE": ("claimed the work", "mutation($id: ID!) { claimWork(id: $id) { id } }"),
    "CLAIMED": ("started production", "mutation($id: ID!) { startProduction(id: $id) { id } }"),
    "PROBLEM": ("resumed production", "mutation($id: ID!) { resumeWork(id: $id) { id } }"),
    "IN_PRODUCTION": (
        "finished production",
        "mutation($id: ID!) { finishProduction(id: $id) { id } }",
    ),
    "MANUFACTURED": (
        "shipped the parcel",
        'mutation($id: ID!) { shipWork(id: $id, carrier: "DHL",'
        ' trackingNumber: "00340434161094042557") { id } }',
    ),
    "SHIPPED": ("saw it delivered", "mutation($id: ID!) { markDelivered(id: $id) { id } }"),
}
_HELD = {"CLAIMED", "IN_PRODUCTION", "PROBLEM"}


async def approve(crm: Caller, patience: Patience, teller: Teller, order_id: str) -> None:
    """Approve the order's review, unless the rule has done so."""

    async def approved() -> dict[str, Any] | None:
        review = ((await crm.ask(_REVIEW, id=order_id))["order"] or {}).get("review")
        if review is None:
            return None
        if review["state"] == "PENDING":
            await _tried(crm, teller, _APPROVE, review["id"])
            return None
        if review["state"] != "APPROVED":
            raise Ended(f"The review of the order is {review['state'].lower()}.")
        found: dict[str, Any] = review
        return found

    review = await patience.until("the review", approved)
    how = "approved automatically" if review["automatic"] else "approved the order"
    teller.done("crm", how)


async def make(operator: Caller, patience: Patience, teller: Teller, order_id: str) -> None:
    """Take every step from the board to delivery; waits if somebody else has claimed the work."""

    async def delivered() -> dict[str, Any] | None:
        work = ((await operator.ask(_WORK, id=order_id))["order"] or {}).get("work")
        if work is None:
            return None
        if work["state"] == "DELIVERED":
            found: dict[str, Any] = work
            return found
        if work["state"] == "CANCELLED":
            raise Ended("The order was cancelled during production.")
        if work["state"] in _HELD and not work["mine"]:
            teller.waiting(f"{work['claimedBy']}, who has claimed the work")
            return None
        what, step = _STEPS[work["state"]]
        if await _tried(operator, teller, step, work["id"]):
            teller.done("operator", what)
        return None

    work = await patience.until("the work to be done", delivered)
    teller.done("operator", f"earned {work['pay']['text']}")


async def _tried(caller: Caller, teller: Teller, document: str, key: str) -> bool:
    """Whether the step was taken; a refusal means that things moved on, so look again."""
    try:
        await caller.ask(document, id=key)
    except Refused as refusal:
        teller.waiting(str(refusal))
        return False
    return True
