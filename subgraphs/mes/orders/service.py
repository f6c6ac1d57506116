"""Pricing an order: at once when everything is known, else by a job."""

from datetime import UTC
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.agreement import Customer
from shared.ids import new_id
from shared.live import changed
from shared.messaging.events import OrderPricingRequested, RequestedLine
from shared.service import Runtime
from subgraphs.mes.offers.asking import ask_a_person, withdraw_offer
from subgraphs.mes.offers.state import CHANGED, ENDED
from subgraphs.mes.orders.answers import give_none, give_price
from subgraphs.mes.orders.known import load_known
from subgraphs.mes.orders.plan import Asked, Missing, Outcome, Priced, Refused, plan
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.tables import OrderRequestRow
from subgraphs.mes.pricing_jobs.calling import put_in_line
from subgraphs.mes.pricing_jobs.ending import finish
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import Stage, lane_of
from subgraphs.mes.pricing_jobs.tables import PricingJobRow
from subgraphs.mes.refusal import Refusal


class OrderPricing:
    """Works in the caller's transaction. Locks are taken in the order: order, job, aggregate."""

    def __init__(self, runtime: Runtime) -> None:
        self._queue = runtime.queue
        self._valid_days = runtime.settings.price_valid_days

    async def request(self, session: AsyncSession, event: OrderPricingRequested) -> None:
        """Price this revision; what was under way for an older one is ended."""
        order = await OrderRepository(session).accept(event)
        if order is None:
            return
        await PricingJobRepository(session).supersede(order.order_id, order.revision)
        await withdraw_offer(session, order.order_id, CHANGED)
        await self.advance(session, order, None)

    async def end(self, session: AsyncSession, order_id: UUID) -> None:
        """The order was cancelled or has expired: no person need make its price."""
        order = await OrderRepository(session).lock(order_id)
        if order is not None:
            order.ended = True
            await withdraw_offer(session, order_id, ENDED)

    async def resume(self, session: AsyncSession, order_id: UUID, job_id: UUID) -> None:
        """What the job waited for may have come: look again."""
        order = await OrderRepository(session).lock(order_id)
        job = await PricingJobRepository(session).lock(job_id)
        if order is None or job is None or job.stage != Stage.WAITING_FOR_MODEL:
            return
        await self.advance(session, order, job)

    async def advance(
        self, session: AsyncSession, order: OrderRequestRow, job: PricingJobRow | None
    ) -> None:
        """Take the order as far as what is known allows. Its row is locked, and so is `job`."""
        outcome = await self._plan(session, order)
        match outcome:
            case Priced():
                await give_price(session, order, outcome, valid_days=self._valid_days)
                if job is not None:
                    finish(job, Stage.DONE)
            case Asked():
                await ask_a_person(session, order, outcome)
                if job is not None:
                    finish(job, Stage.DONE)
            case Refused():
                await self.fail(session, order, outcome.refusal, outcome.line_id)
                if job is not None:
                    finish(job, Stage.FAILED, outcome.refusal)
            case Missing():
                self._wait(session, order, job, outcome)
        changed(session, f"order:{order.order_id}")

    async def fail(
        self,
        session: AsyncSession,
        order: OrderRequestRow,
        refusal: Refusal,
        line_id: UUID | None = None,
    ) -> None:
        """Tell that this revision will get no price."""
        await give_none(session, order, refusal, line_id)

    async def _plan(self, session: AsyncSession, order: OrderRequestRow) -> Outcome:
        lines = [RequestedLine.model_validate(line) for line in order.lines]
        return plan(lines, order.currency, await load_known(session, lines, customer_of(order)))

    def _wait(
        self,
        session: AsyncSession,
        order: OrderRequestRow,
        job: PricingJobRow | None,
        missing: Missing,
    ) -> None:
        if job is None:
            job = PricingJobRow(
                id=new_id(),
                lane=lane_of(order.channel),
                order_id=order.order_id,
                revision=order.revision,
                stage=Stage.WAITING_FOR_MODEL,
            )
            PricingJobRepository(session).add(job)
        job.requests = [request.to_dict() for request in missing.requests]
        job.waiting_for = list(missing.waiting_for)
        if missing.waiting_for:
            job.stage = Stage.WAITING_FOR_MODEL
            job.lease_token = job.lease_until = None
        else:
            put_in_line(session, self._queue, job)


def customer_of(order: OrderRequestRow) -> Customer:
    """Whose agreement counts for an order: the partner's, else that of its owner's account."""
    account = str(order.partner_id or order.owner_id)
    return Customer(account, day=order.requested_at.astimezone(UTC).date())
