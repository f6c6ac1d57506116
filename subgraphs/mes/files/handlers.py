"""What mes does when a model becomes usable, is refused, or is gone."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from shared.messaging import Envelope
from shared.messaging.consumer import Handler
from shared.messaging.event import Event
from shared.messaging.events import FileExpired, FileRejected, FileUploaded
from shared.service import JobQueue
from subgraphs.mes.analyses.repository import AnalysisRepository
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.repository import ModelFileRepository
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricebook.current import book_in_force
from subgraphs.mes.pricing_jobs.ahead import analyse_ahead, in_every_material
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository


class FileHandlers:
    """Each works in the inbox's transaction."""

    def __init__(self, queue: JobQueue, pricing: OrderPricing) -> None:
        self._queue = queue
        self._pricing = pricing

    async def uploaded(self, session: AsyncSession, event: FileUploaded, _: Envelope) -> None:
        """Price what waited for the model, and analyse it for every material of the book."""
        await ModelFileRepository(session).store(
            event.model_id,
            object_key=event.object_key,
            size=event.size,
            content_hash=event.content_hash,
            facts=event.facts.model_dump(mode="json"),
            owner_id=event.owner_id,
            public=event.public,
        )
        if not await self._resume_waiting(session, event.model_id):
            await self._analyse_ahead(session, event)

    async def rejected(self, session: AsyncSession, event: FileRejected, _: Envelope) -> None:
        """Nothing that needs this model will get a price."""
        await ModelFileRepository(session).store(
            event.model_id, refusal_code=event.code, refusal_message=event.message
        )
        await self._resume_waiting(session, event.model_id)

    async def expired(self, session: AsyncSession, event: FileExpired, _: Envelope) -> None:
        """The model cannot be made any more."""
        await ModelFileRepository(session).store(event.model_id, expired=True)
        await self._resume_waiting(session, event.model_id)

    async def _resume_waiting(self, session: AsyncSession, model_id: UUID) -> bool:
        changed(session, f"quote:{model_id}")
        waiting = await PricingJobRepository(session).waiting_for(model_id)
        for order_id, job_id in waiting:
            await self._pricing.resume(session, order_id, job_id)
        return bool(waiting)

    async def _analyse_ahead(self, session: AsyncSession, event: FileUploaded) -> None:
        book = (await book_in_force(session)).book
        first = next((material for material in book.materials if not material.by_hand), None)
        if first is None:
            return
        request = AnalysisRequest(
            model_id=event.model_id, profile=first.profile, units=event.facts.units
        )
        keys = {one.key(event.content_hash): one for one in in_every_material(request, book)}
        known = await AnalysisRepository(session).find_many(set(keys))
        unknown = [one for key, one in keys.items() if key not in known]
        if unknown:
            await analyse_ahead(session, self._queue, event.content_hash, unknown)


def handlers(files: FileHandlers) -> dict[type[Event], Handler]:
    """By event."""
    return {
        FileUploaded: files.uploaded,
        FileRejected: files.rejected,
        FileExpired: files.expired,
    }
