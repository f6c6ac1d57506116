"""The order as everybody in the demo looks at it."""

from dataclasses import dataclass
from typing import Any

from partline.demo.caller import Caller
from partline.demo.outcome import Ended, OutOfReach

_ORDER = """query($id: ID!) { order(id: $id) {
  id reference state total { amount text } problem { message } } }"""
_MATERIALS = "{ materials { code name technology finishes { code } } }"

ADDRESS = {
    "name": "Dana Demo",
    "street": "Workshop Lane 4",
    "city": "Hamburg",
    "postalCode": "20095",
    "country": "DE",
}
_DEAD = {"REJECTED", "EXPIRED", "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is ordered: a material, a finish and how many."""

    material: str
    finish: str
    quantity: int

    def line(self, model_id: str) -> dict[str, object]:
        return {
            "modelId": model_id,
            "material": self.material,
            "finish": self.finish,
            "quantity": self.quantity,
        }


async def look(caller: Caller, order_id: str) -> dict[str, Any]:
    """The order now. Raises Ended when it is at an end that is not ours, or needs attention."""
    order = (await caller.ask(_ORDER, id=order_id))["order"]
    if order is None:
        raise OutOfReach("the order cannot be seen")
    if order["state"] in _DEAD:
        raise Ended(f"{order['reference']} is {order['state'].lower()}.")
    if order["state"] == "NEEDS_ATTENTION":
        reason = (order["problem"] or {}).get("message", "no reason is given")
        raise Ended(f"{order['reference']} cannot be priced: {reason}")
    found: dict[str, Any] = order
    return found


async def choose(caller: Caller, material: str | None, quantity: int) -> Choice:
    """The material asked for, or PLA, in its first finish. Raises Ended for an unknown one."""
    materials = {item["code"]: item for item in (await caller.ask(_MATERIALS))["materials"]}
    if not materials:
        raise OutOfReach("there are no materials yet")
    computed = [code for code, item in materials.items() if item["technology"] != "CNC"]
    code = material or ("PLA" if "PLA" in materials else next(iter(computed or materials)))
    if code not in materials:
        raise Ended(f"There is no material {code}. There are: {', '.join(materials)}.")
    finishes = [finish["code"] for finish in materials[code]["finishes"]]
    return Choice(code, "raw" if "raw" in finishes else finishes[0], quantity)
