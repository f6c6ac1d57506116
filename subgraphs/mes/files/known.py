"""A model file as pricing sees it."""

from dataclasses import dataclass

from shared.messaging.events import ModelFacts


@dataclass(frozen=True)
class KnownFile:
    """A file that can be priced: where it is, its bytes' number and SHA-256, and its check."""

    object_key: str
    size: int
    content_hash: str
    facts: ModelFacts
