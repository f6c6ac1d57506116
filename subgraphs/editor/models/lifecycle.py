"""What may happen to a model, as one table."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.errors import Conflict


class ModelStatus(StrEnum):
    """Where a model is in its life."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"
    EXPIRED = "expired"


class ModelEvent(StrEnum):
    """What happens to a model."""

    UPLOADED = "uploaded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    RETENTION_ENDED = "retention_ended"
    DELETED = "deleted"
    LOST = "lost"

    @property
    def verb(self) -> str:
        return self.value.replace("retention_ended", "expired")


TRANSITIONS: Mapping[tuple[ModelStatus, ModelEvent], ModelStatus] = MappingProxyType(
    {
        (ModelStatus.AWAITING_UPLOAD, ModelEvent.UPLOADED): ModelStatus.PROCESSING,
        (ModelStatus.AWAITING_UPLOAD, ModelEvent.REFUSED): ModelStatus.REJECTED,
        (ModelStatus.AWAITING_UPLOAD, ModelEvent.ABANDONED): ModelStatus.EXPIRED,
        (ModelStatus.AWAITING_UPLOAD, ModelEvent.DELETED): ModelStatus.EXPIRED,
        (ModelStatus.PROCESSING, ModelEvent.ACCEPTED): ModelStatus.READY,
        (ModelStatus.PROCESSING, ModelEvent.REFUSED): ModelStatus.REJECTED,
        (ModelStatus.PROCESSING, ModelEvent.DELETED): ModelStatus.EXPIRED,
        (ModelStatus.READY, ModelEvent.RETENTION_ENDED): ModelStatus.EXPIRED,
        (ModelStatus.READY, ModelEvent.DELETED): ModelStatus.EXPIRED,
        (ModelStatus.READY, ModelEvent.LOST): ModelStatus.EXPIRED,
        (ModelStatus.REJECTED, ModelEvent.RETENTION_ENDED): ModelStatus.EXPIRED,
        (ModelStatus.REJECTED, ModelEvent.DELETED): ModelStatus.EXPIRED,
    }
)


def after(status: ModelStatus, event: ModelEvent) -> ModelStatus:
    """The status that follows; raises Conflict where the table has no such step."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise Conflict(
            f"The model is {status.value.replace('_', ' ')}, so it cannot be {event.verb} now. "
            "Look at it again, or upload the file anew.",
            "MODEL_STATE",
        ) from None
