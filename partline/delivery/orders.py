"""All events of an order, over every outbox, and what each consumer did with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from db.engine import Database
from partline.delivery.databases import Unusable, asking
from shared.delivery.orders import SentEvent, Standing, sent, standings, with_reference
from shared.ids import REFERENCE_PREFIX
from shared.messaging.subscriptions import SUBSCRIPTIONS, service_of


@dataclass(frozen=True, slots=True)
class Trail:
    """The events, oldest first, and how each stands at each consumer that it is meant for.

    `unusable` has a sentence for each service that could not be asked: its part is unknown.
    """

    order_id: UUID
    events: Sequence[SentEvent]
    standings: Mapping[tuple[str, UUID], Standing]
    unusable: Mapping[str, str]

    @property
    def consumers(self) -> Sequence[str]:
        """Whoever listens to a producer of these events."""
        producers = {event.producer for event in self.events}
        return [name for name, heard in SUBSCRIPTIONS.items() if producers & set(heard)]


async def order_ids(databases: Mapping[str, Database], order: str) -> Sequence[UUID]:
    """The order that is called so, by its id or its number PL-…; more than one is very unlikely.

    Raises ValueError for what is neither, and Unusable when the shop's database is away.
    """
    if not order.upper().startswith(REFERENCE_PREFIX):
        return [UUID(order)]
    async with asking("shop"), databases["shop"].reading() as session:
        return await with_reference(session, order)


async def trail(databases: Mapping[str, Database], order_id: UUID) -> Trail:
    """What every database knows of the order's events."""
    events: list[SentEvent] = []
    found: dict[tuple[str, UUID], Standing] = {}
    unusable: dict[str, str] = {}
    for name, database in databases.items():
        try:
            async with asking(name), database.reading() as session:
                events += await sent(session, name, order_id)
        except Unusable as error:
            unusable[name] = str(error)
    events.sort(key=lambda event: event.created_at)
    for name in {service_of(consumer) for consumer in SUBSCRIPTIONS} - unusable.keys():
        async with asking(name), databases[name].reading() as session:
            for standing in await standings(session, name, events):
                found[standing.consumer, standing.event_id] = standing
    return Trail(order_id, events, found, unusable)
