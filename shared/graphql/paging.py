"""Keyset pages: a cursor names the row to go on after, so page 1,000 costs what page 1 does."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from shared.errors import Invalid

MAX_PAGE = 100


def page_size(first: int) -> int:
    """`first` if it is sensible; raises Invalid."""
    if not 1 <= first <= MAX_PAGE:
        raise Invalid(f"Ask for 1 to {MAX_PAGE} at a time (first: {first}).", "PAGE_SIZE")
    return first


def encode_cursor(at: datetime, row_id: UUID) -> str:
    """The place of a row in an order by (time, id)."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{row_id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The reverse; raises Invalid for what `encode_cursor` never made."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, row_id = base64.urlsafe_b64decode(padded).decode().split("|")
        return datetime.fromisoformat(at), UUID(row_id)
    except (ValueError, binascii.Error) as error:
        raise Invalid(
            "This page no longer exists; start again from the first.", "CURSOR"
        ) from error
