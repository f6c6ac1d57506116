"""A price that explains itself has to add up on the page, not only in the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.money import Money


@dataclass(frozen=True)
class Explained:
    """The lines of a breakdown and what their sum is: the whole line's price, or one piece's.

    ``odd`` is true when they add up to neither; the page then says so instead of showing a sum.
    """

    lines: Sequence[dict[str, Any]]
    per: Literal["line", "piece"]
    odd: bool


def explained(
    lines: Sequence[dict[str, Any]], unit: dict[str, Any] | None, total: dict[str, Any] | None
) -> Explained:
    amount = sum(line["amount"]["amount"] for line in lines)
    if total is not None and amount == total["amount"]:
        return Explained(lines, "line", odd=False)
    if unit is not None and amount == unit["amount"]:
        return Explained(lines, "piece", odd=False)
    return Explained(lines, "line", odd=True)


def breakdowns(order: dict[str, Any]) -> dict[str, Explained]:
    """By line id, what explains the price of each line of an order that has one."""
    lines = (order.get("price") or {}).get("lines") or ()
    return {
        entry["lineId"]: explained(entry["breakdown"], entry["unit"], entry["total"])
        for entry in lines
    }


def sums(order: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands between an order's lines and its total, so that the page adds up.

    Lines without tax give what they cost together and the tax; lines with tax give the tax that
    is in them. Nothing while a line or the order has no price.
    """
    total, price = order["total"], order["price"]
    amounts = [entry["total"]["amount"] for entry in order["lines"] if entry["total"]]
    if not total or not price or len(amounts) < len(order["lines"]):
        return []
    parts, tax = sum(amounts), price["tax"]
    if parts + tax["amount"] == total["amount"]:
        return [("Parts", Money(parts, total["currency"]).text), ("Tax", tax["text"])]
    return [("Tax in it", tax["text"])]
