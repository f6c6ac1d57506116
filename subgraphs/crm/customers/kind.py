"""Which accounts are customers, and of which kind."""

from collections.abc import Iterable
from enum import Enum


class CustomerKind(Enum):
    """A person who orders in the shop, or a seller who orders for others."""

    PERSON = "PERSON"
    PARTNER = "PARTNER"


def kind_of(roles: Iterable[str]) -> CustomerKind | None:
    """The kind of customer that an account is; None for an account of staff alone."""
    held = set(roles)
    if "partner" in held:
        return CustomerKind.PARTNER
    return CustomerKind.PERSON if "customer" in held else None
