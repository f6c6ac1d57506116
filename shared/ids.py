"""Identifiers that sort by the time they were made."""

import secrets
import time
from uuid import NAMESPACE_URL, UUID, uuid5

REFERENCE_PREFIX = "PL-"
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def demo_id(kind: str, name: str) -> UUID:
    """The fixed id of a piece of demo data, so that the services' seeds agree on it."""
    return uuid5(NAMESPACE_URL, f"partline:demo:{kind}:{name}")


def order_reference(order_id: UUID) -> str:
    """What people say on the phone: `PL-` and eight letters and digits, none easily confused.

    40 bits taken from the id's random part; unique in practice, the id remains the identity.
    """
    bits = order_id.int & ((1 << 40) - 1)
    letters = (_REFERENCE_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return REFERENCE_PREFIX + "".join(letters)


def reference_tail(reference: str) -> str:
    """The last ten hexadecimal digits of the ids that `reference` (PL-…) may stand for.

    Raises ValueError when it is no reference.
    """
    letters = reference.upper().removeprefix(REFERENCE_PREFIX)
    if len(letters) != 8 or not set(letters) <= set(_REFERENCE_ALPHABET):
        raise ValueError(f"{reference} is no order number")
    bits = 0
    for letter in letters:
        bits = bits << 5 | _REFERENCE_ALPHABET.index(letter)
    return f"{bits:010x}"
