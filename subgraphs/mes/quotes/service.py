"""Answering quotes, and starting the analyses that they need."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from shared.identity import Identity
from shared.messaging.events import RequestedLine
from shared.service import Runtime
from subgraphs.mes.files.access import may_ask
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.orders.known import load_known
from subgraphs.mes.pricebook.asking import customer_asking
from subgraphs.mes.pricebook.current import book_in_force
from subgraphs.mes.pricing_jobs.ahead import analyse_ahead, in_every_material
from subgraphs.mes.pricing_jobs.calling import promote
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow
from subgraphs.mes.quotes.quote import Quote, QuoteStatus, quote
from subgraphs.mes.refusal import Refusal

MOST_AHEAD = 25


@dataclass(frozen=True)
class Answered:
    """A quote, and the job that makes it better."""

    quote: Quote
    job: PricingJobRow | None = None


class QuoteService:
    """Neither command computes geometry."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def ask(self, line: RequestedLine, identity: Identity) -> Answered:
        """What the part would cost, as far as is known; another person's part is not known."""
        async with self._runtime.database.reading() as session:
            return await self._answer(session, line, identity)

    async def request(self, line: RequestedLine, identity: Identity) -> Answered:
        """As `ask`, and has the missing analysis computed; partners' in their own lane.

        While `MOST_AHEAD` analyses of the model are under way nothing is begun, so that nobody
        fills the lane with turns and sizes of one part. Each that ends is told to the pages, which
        ask again.
        """
        answered = await self.ask(line, identity)
        missing = answered.quote.request
        lane = Lane.PRIORITY if identity.has("partner") else Lane.REGULAR
        if missing is None or (answered.job is not None and answered.job.lane == lane):
            return answered
        async with self._runtime.database.transaction() as session:
            jobs = PricingJobRepository(session)
            if answered.job is not None:
                if lane == Lane.PRIORITY:
                    await self._hurry(session, answered.job)
                return answered
            if await jobs.open_ahead(missing.model_id) >= MOST_AHEAD:
                return answered
            wanted = [missing]
            if lane == Lane.REGULAR:
                wanted = in_every_material(missing, (await book_in_force(session)).book)
            job = await analyse_ahead(
                session, self._runtime.queue, answered.quote.content_hash, wanted, lane
            )
        return replace(answered, job=job)

    async def _hurry(self, session: AsyncSession, job: PricingJobRow) -> None:
        """A partner wants what a shopper's job computes: the pool of the partners takes it."""
        found = await PricingJobRepository(session).lock(job.id)
        if found is not None and found.stage == Stage.QUEUED and found.promoted_at is None:
            promote(session, self._runtime.queue, found)

    async def _answer(
        self, session: AsyncSession, line: RequestedLine, identity: Identity
    ) -> Answered:
        known = await load_known(session, [line], customer_asking(identity))
        file = known.files.get(line.model_id)
        if isinstance(file, KnownFile) and not may_ask(identity, file):
            known = replace(known, files={})
        found = quote(line, known)
        if found.request is None:
            return Answered(found)
        key = found.request.key(found.content_hash)
        jobs = PricingJobRepository(session)
        job = await jobs.latest_for_key(key) or await jobs.computing(found.request)
        if job is not None and job.stage == Stage.NEEDS_ATTENTION:
            refusal = Refusal(job.problem_code or "", job.problem_message or "")
            return Answered(Quote(QuoteStatus.UNAVAILABLE, refusal=refusal), job)
        return Answered(found, job)
