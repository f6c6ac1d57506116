"""A model file as pricing sees it."""

from dataclasses import dataclass
from uuid import UUID

from shared.messaging.events import ModelFacts


@dataclass(frozen=True)
class KnownFile:
    """A file that can be priced: where it is, its bytes' number and SHA-256, its check, and whose
    it is. `owner_id` is None for one that was heard of before owners were told."""

    object_key: str
    size: int
    content_hash: str
    facts: ModelFacts
    owner_id: UUID | None = None
    public: bool = False
