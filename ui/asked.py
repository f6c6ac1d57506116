"""Orders that wait for a price that a person makes."""

from collections.abc import Mapping
from typing import Any

FOR_A_PERSON = "ASK_A_PERSON"


def is_asked(order: Mapping[str, Any]) -> bool:
    """Whether a person is to make the order's price."""
    problem = order["problem"] or {}
    return order["state"] == "NEEDS_ATTENTION" and problem.get("code") == FOR_A_PERSON


def asked(order: Mapping[str, Any] | None) -> dict[str, str | None]:
    """By line id, what stands in place of a price while a person makes the order's: the amount
    that was computed before tax, or None: on request. Empty for every other order."""
    if not order or not is_asked(order):
        return {}
    offer = order.get("offer") or {}
    known = offer.get("lines") or () if offer.get("revision") == order["revision"] else ()
    nets = {line["lineId"]: line["net"]["text"] for line in known if line["net"]}
    return {line["id"]: nets.get(line["id"]) for line in order["lines"]}
