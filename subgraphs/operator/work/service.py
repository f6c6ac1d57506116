"""What operators do with work orders. Each command answers the work order as it is afterwards;
asked twice, it answers the same and nothing happens a second time."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Invalid, NotFound
from shared.identity import Identity
from shared.live import changed
from shared.messaging.event import Event
from shared.messaging.outbox import publish
from subgraphs.operator.pay import service as pay
from subgraphs.operator.pay.rule import PayStep
from subgraphs.operator.work import news, repository
from subgraphs.operator.work.lifecycle import RULES, Step, already_taken, permitted
from subgraphs.operator.work.refusal import refusal
from subgraphs.operator.work.tables import WorkOrder

AGGREGATE = "work_order"

_PAID = {Step.FINISH: PayStep.FINISH, Step.SHIP: PayStep.SHIP}


async def claim(session: AsyncSession, work_id: UUID, operator: Identity) -> WorkOrder:
    """Take the work. Raises Conflict ALREADY_CLAIMED, with who has it, when another was first."""
    holder = {"holder_id": operator.subject, "holder_name": operator.name}
    return await _take(session, work_id, Step.CLAIM, operator, problem=None, **holder)


async def release(session: AsyncSession, work_id: UUID, operator: Identity) -> WorkOrder:
    """Give the work back to the board."""
    return await _take(session, work_id, Step.RELEASE, operator)


async def start(session: AsyncSession, work_id: UUID, operator: Identity) -> WorkOrder:
    return await _take(session, work_id, Step.START, operator)


async def report_problem(
    session: AsyncSession, work_id: UUID, operator: Identity, *, scrap: bool, reason: str
) -> WorkOrder:
    """Stop for rework, or scrap what was made and give the work back to the board."""
    step = Step.SCRAP if scrap else Step.REWORK
    text = _filled("reason", reason, 500)
    return await _take(session, work_id, step, operator, problem=text)


async def resume(session: AsyncSession, work_id: UUID, operator: Identity) -> WorkOrder:
    return await _take(session, work_id, Step.RESUME, operator, problem=None)


async def finish(session: AsyncSession, work_id: UUID, operator: Identity) -> WorkOrder:
    """The parts are made; books the pay for making them."""
    return await _take(session, work_id, Step.FINISH, operator)


async def ship(
    session: AsyncSession, work_id: UUID, operator: Identity, *, carrier: str, tracking_number: str
) -> WorkOrder:
    """The parcel is handed over; books the pay for shipping.

    Raises Conflict when it was shipped before under another tracking number.
    """
    parcel = {
        "carrier": _filled("carrier", carrier, 100),
        "tracking_number": _filled("tracking number", tracking_number, 100),
    }
    work = await _take(session, work_id, Step.SHIP, operator, **parcel)
    if (work.carrier, work.tracking_number) != tuple(parcel.values()):
        raise Conflict(
            f"{work.reference} was shipped with {work.carrier}, {work.tracking_number}."
            " Compare with the parcel in your hands.",
            "ALREADY_SHIPPED",
            carrier=work.carrier,
            trackingNumber=work.tracking_number,
        )
    return work


async def deliver(session: AsyncSession, work_id: UUID, operator: Identity) -> WorkOrder:
    return await _take(session, work_id, Step.DELIVER, operator)


async def _take(
    session: AsyncSession, work_id: UUID, step: Step, operator: Identity, **changes: object
) -> WorkOrder:
    me = operator.subject
    while (work := await repository.step(session, work_id, step, me, **changes)) is None:
        current = await repository.get(session, work_id)
        if current is None:
            raise NotFound("There is no such work order. Choose one from the board.")
        if already_taken(current.state, current.holder_id, step, me):
            return current
        if current.state in RULES[step].sources and permitted(current.holder_id, step, me):
            continue  # it came free between the update and this look
        raise refusal(current, step)
    if step in _PAID:
        await _book(session, work, _PAID[step], me)
    await _tell(session, work, news.of(step, work, operator), operator.name)
    return work


async def _book(session: AsyncSession, work: WorkOrder, step: PayStep, operator: UUID) -> None:
    await pay.book(
        session,
        order_id=work.id,
        reference=work.reference,
        step=step,
        operator_id=operator,
        order_total=work.order_total,
        currency=work.currency,
        pay_rule=work.pay_rule,
    )


async def _tell(session: AsyncSession, work: WorkOrder, event: Event, actor: str) -> None:
    await publish(
        session,
        event,
        aggregate_type=AGGREGATE,
        aggregate_id=work.id,
        correlation_id=work.id,
        actor=actor,
    )
    changed(session, "board", f"order:{work.id}")


def _filled(name: str, value: str, longest: int) -> str:
    text = value.strip()
    if not text or len(text) > longest:
        raise Invalid(f"Please give the {name}, in at most {longest} characters.", field=name)
    return text
