"""A model file as pricing sees it."""

from dataclasses import dataclass

from shared.messaging.events import ModelFacts
from subgraphs.mes.refusal import Refusal


@dataclass(frozen=True)
class KnownFile:
    """`refusal` is set when the file cannot be priced: it was refused, or is no longer stored.

    A refused file has no key, no hash and no facts.
    """

    object_key: str = ""
    size: int = 0
    content_hash: str = ""
    facts: ModelFacts | None = None
    refusal: Refusal | None = None
