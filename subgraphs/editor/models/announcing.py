"""The end of each step of a model's life: its row and its event in one transaction."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from shared.messaging import Event, publish
from shared.messaging.events import FileExpired, FileRejected
from subgraphs.editor.models.lifecycle import ModelEvent, ModelStatus, after
from subgraphs.editor.models.tables import ModelRow


async def announce(session: AsyncSession, row: ModelRow, event: Event) -> None:
    """Publish `event` of this model and let its pages look again."""
    await publish(
        session, event, aggregate_type="model", aggregate_id=row.id, correlation_id=row.id
    )
    changed(session, f"model:{row.id}")


async def reject(session: AsyncSession, row: ModelRow, code: str, message: str) -> None:
    """The file cannot be used; `message` says to its owner why, and what to do."""
    row.status = after(ModelStatus(row.status), ModelEvent.REFUSED)
    row.rejection_code, row.rejection_message = code, message
    row.lease_token = row.lease_until = None
    await announce(
        session,
        row,
        FileRejected(
            model_id=row.id,
            owner_id=row.owner_id,
            file_name=row.file_name,
            code=code,
            message=message,
        ),
    )


async def expire(session: AsyncSession, row: ModelRow, event: ModelEvent) -> None:
    """The model is gone for good; its objects are deleted by the sweeper."""
    row.status = after(ModelStatus(row.status), event)
    row.lease_token = row.lease_until = None
    await announce(session, row, FileExpired(model_id=row.id, reason=event.value))


async def announce_gone(session: AsyncSession, model_id: UUID, order_id: UUID) -> None:
    """An order was placed with a model that is gone; told under the order's own id."""
    await publish(
        session,
        FileExpired(model_id=model_id, reason="ordered_after_it_was_gone"),
        aggregate_type="model",
        aggregate_id=model_id,
        correlation_id=order_id,
    )
