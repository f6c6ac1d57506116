"""Ids as callers send them."""

from uuid import UUID

from shared.errors import NotFound


def parse_id(value: str, what: str) -> UUID:
    """What is no id cannot exist. Raises NotFound."""
    found = id_or_none(value)
    if found is None:
        raise NotFound(f"There is no such {what}. Check the id that you sent.")
    return found


def id_or_none(value: str) -> UUID | None:
    """The id; None when it is none."""
    try:
        return UUID(value)
    except ValueError:
        return None
