"""Writing the journey down: every event of every service, whatever it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from shared.messaging import Envelope, Event
from shared.messaging.consumer import Told
from shared.messaging.events import (
    FileExpired,
    FileRejected,
    FileUploaded,
    OrderCreated,
    OrderPricingRequested,
)
from subgraphs.crm.journey import repository
from subgraphs.crm.journey.progress import Progress
from subgraphs.crm.journey.summary import actor_in, summary

OF_MODELS = (FileUploaded, FileRejected, FileExpired)


async def every_event(session: AsyncSession, told: Sequence[Told]) -> None:
    """One event, one step."""
    await repository.note(session, [_step(event, envelope) for event, envelope in told])
    of_orders: dict[UUID, list[Told]] = defaultdict(list)
    for event, envelope in told:
        if isinstance(event, OF_MODELS):
            await _tell_orders_with(session, event.model_id)
        else:
            of_orders[envelope.correlation_id].append((event, envelope))
    await _advance(session, of_orders)
    await _learn(session, of_orders)
    changed(session, *(f"order:{order_id}" for order_id in of_orders))


async def _tell_orders_with(session: AsyncSession, model_id: UUID) -> None:
    orders = await repository.orders_with(session, model_id)
    changed(session, *(f"order:{order_id}" for order_id in orders))


async def _advance(session: AsyncSession, news: Mapping[UUID, Sequence[Told]]) -> None:
    left = set(news)
    while left:
        before = await repository.lock(session, left)
        after = {order_id: _progress(before.get(order_id), news[order_id]) for order_id in left}
        moved = {one: after[one] for one in before if after[one] != before[one]}
        await repository.save(session, moved)
        unheard = {one: after[one] for one in left - before.keys()}
        # What somebody else began meanwhile is there now, to be locked.
        left = unheard.keys() - set(await repository.begin(session, unheard))


def _progress(before: Progress | None, news: Sequence[Told]) -> Progress:
    progress = before or Progress.begun_with(news[0][0], news[0][1].occurred_at)
    for event, envelope in news:
        progress = progress.after(event, envelope.occurred_at)
    return progress


async def _learn(session: AsyncSession, news: Mapping[UUID, Sequence[Told]]) -> None:
    """Whose orders they are and which models they have."""
    owners: dict[UUID, repository.Owner] = {}
    links: set[tuple[UUID, UUID]] = set()
    for order_id, told in news.items():
        for event, _ in told:
            if isinstance(event, OrderPricingRequested):
                owners[order_id] = event.owner_id, event.partner_id
                links |= {(order_id, line.model_id) for line in event.lines}
            elif isinstance(event, OrderCreated):
                owners[order_id] = event.order.owner_id, event.order.partner_id
    await repository.save_owners(session, owners)
    await repository.link_models(session, links)


def _step(event: Event, envelope: Envelope) -> repository.Step:
    model_id = event.model_id if isinstance(event, OF_MODELS) else None
    return repository.Step(
        event_id=envelope.id,
        order_id=envelope.correlation_id if model_id is None else None,
        model_id=model_id,
        at=envelope.occurred_at,
        service=envelope.producer,
        event=envelope.type,
        summary=summary(event),
        actor=envelope.headers.get("actor") or actor_in(event),
    )
