"""What customers and partners are told, and how often."""

from enum import StrEnum


class Kind(StrEnum):
    PRICED = "priced"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    SHIPPED = "shipped"


def occasion(kind: Kind, revision: int, from_partner: bool) -> int:
    """With the order and the kind, what makes an intention unique.

    A partner's system hears of each revision's price. A shopper who is choosing options changes
    the price many times and is written to about the first one only. The other kinds happen once
    in an order's life.
    """
    return revision if kind is Kind.PRICED and from_partner else 0
