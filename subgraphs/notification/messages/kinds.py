"""What customers and partners are told, and how often."""

from enum import StrEnum


class Kind(StrEnum):
    PRICED = "priced"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    SHIPPED = "shipped"
    DECLINED = "declined"


def occasion(kind: Kind, revision: int, *, from_partner: bool, by_hand: bool = False) -> int:
    """With the order and the kind, what makes an intention unique.

    A partner's system hears of each revision's price. A shopper who is choosing options changes
    the price many times and is written to about the first one only; but about each that a person
    made (`by_hand`) or declined to make, which was waited for. The other kinds happen once in an
    order's life.
    """
    each = kind is Kind.DECLINED or (kind is Kind.PRICED and (from_partner or by_hand))
    return revision if each else 0
