"""Who may order which model."""

from collections.abc import Collection
from uuid import UUID


def may_order(owner_id: UUID | None, public: bool, owners: Collection[UUID]) -> bool:
    """A product's model may be ordered by everyone, another one by its owner alone.

    `owners` are the ids under which the caller may own something.
    """
    return public or (owner_id is not None and owner_id in owners)
