"""What the editor's events about models mean for orders that contain them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import Envelope
from shared.messaging.events import FileExpired, FileRejected, FileUploaded
from subgraphs.shop.models import repository as models
from subgraphs.shop.models.access import may_order
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.orders.transition import move

NOT_THEIRS = "There is no such model. Remove this part, upload its file and add it again."


async def file_uploaded(session: AsyncSession, event: FileUploaded, _: Envelope) -> None:
    """The model can be ordered. Lines that waited for it get its name, or lose it: whoever added
    one has to be who owns it."""
    await models.lock(session, event.model_id)
    await models.save(
        session,
        event.model_id,
        owner_id=event.owner_id,
        public=event.public,
        file_name=event.file_name,
        refusal=None,
    )
    waiting = await _waiting(session, event.model_id)
    await repository.name_model(session, event.model_id, event.file_name)
    for order in waiting:
        strangers = [
            line
            for line in order.lines
            if line.model_id == event.model_id
            and not may_order(event.owner_id, event.public, line.adders)
        ]
        for line in strangers:
            line.file_name = ""
        if strangers:
            refuse(session, order, "MODEL_NOT_FOUND", NOT_THEIRS)


async def file_rejected(session: AsyncSession, event: FileRejected, _: Envelope) -> None:
    """The model cannot be made: no price will come for it."""
    await models.lock(session, event.model_id)
    await models.save(
        session,
        event.model_id,
        owner_id=event.owner_id,
        public=False,
        file_name=event.file_name,
        refusal=event.message,
    )
    await _refuse_all(session, event.model_id, event.code, event.message)
    await repository.name_model(session, event.model_id, event.file_name)


async def file_expired(session: AsyncSession, event: FileExpired, _: Envelope) -> None:
    """The model is gone from storage: what was not placed with it never can be."""
    sentence = "The file is no longer stored. Upload it again."
    await models.lock(session, event.model_id)
    await models.refuse(session, event.model_id, sentence)
    await _refuse_all(session, event.model_id, "MODEL_EXPIRED", sentence)


async def _waiting(session: AsyncSession, model_id: UUID) -> list[OrderRow]:
    """The orders before placing that contain the model, locked, as they are now.

    To be called before anything is written to a line: who changes a line has locked its order.
    """
    rows = [
        await repository.lock(session, order_id)
        for order_id in await repository.waiting_for_model(session, model_id)
    ]
    return [
        row
        for row in rows
        if row is not None
        and row.state in {OrderState.PRICING, OrderState.PRICED, OrderState.NEEDS_ATTENTION}
        and any(line.model_id == model_id for line in row.lines)
    ]


async def _refuse_all(session: AsyncSession, model_id: UUID, code: str, message: str) -> None:
    for order in await _waiting(session, model_id):
        refuse(session, order, code, message)


def refuse(session: AsyncSession, order: OrderRow, code: str, message: str) -> None:
    """A model of the order cannot be made: no price of these lines is of any use."""
    move(session, order, OrderEvent.MODEL_REFUSED, note=message)
    order.problem_code, order.problem_message = code, message
