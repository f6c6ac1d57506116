"""Orders made ready through the public API, so that a test can begin where its console does."""

import time
import uuid
from pathlib import Path

from tests.system import Caller, System
from tests.uploads import upload

ADDRESS = {
    "name": "Ada Miller",
    "street": "1 Lathe Lane",
    "city": "Milltown",
    "postalCode": "12345",
    "country": "DE",
}
_SUBMIT = "mutation ($i: SubmitOrderInput!) { submitOrder(input: $i) { id reference } }"
_LOOK = "query ($id: ID!) { order(id: $id) { state work { id } review { id } } }"


def submitted(system: System, part: Path, *, quantity: int, until: str) -> dict[str, str]:
    """A partner's order in the state `until`: its id, reference, and the ids of its companions.

    One bracket is confirmed by rule; twenty cost enough to wait for a person.
    """
    partner = system.partner()
    line = {
        "modelId": upload(partner, part)["id"],
        "material": "PLA",
        "finish": "raw",
        "quantity": quantity,
    }
    order = partner.data(
        _SUBMIT,
        {
            "i": {
                "idempotencyKey": uuid.uuid4().hex,
                "lines": [line],
                "address": ADDRESS,
                "autoPlaceUpTo": 10_000_000,
            }
        },
    )["submitOrder"]
    found = _wait(system.signed_in("manager"), order["id"], until)
    companions = {name: found[name]["id"] for name in ("work", "review") if found[name]}
    return {"id": order["id"], "reference": order["reference"]} | companions


def _wait(caller: Caller, order_id: str, state: str) -> dict[str, dict[str, str]]:
    deadline = time.monotonic() + 90
    wanted = "work" if state == "CONFIRMED" else "review"
    while time.monotonic() < deadline:
        order = caller.data(_LOOK, {"id": order_id})["order"]
        if order["state"] == state and order[wanted]:
            return dict(order)
        time.sleep(0.1)
    raise AssertionError(f"order {order_id} is {order['state']}, not {state}")
