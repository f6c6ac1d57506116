"""One service's delivery in the graph: its health, its dead letters and what people did."""

from uuid import UUID

import strawberry
from strawberry import federation

from shared.delivery import health
from shared.delivery.letters import find, of_dead
from shared.graphql.context import Info
from shared.graphql.delivery.access import admit
from shared.graphql.delivery.health import (
    DeliveryConsumer,
    DeliveryOutgoing,
    DeliveryReader,
    DeliveryWatermark,
)
from shared.graphql.delivery.letters import (
    DeadLetterConnection,
    DeadLetterType,
    DeliveryAct,
    Group,
)
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from shared.graphql.types import PageInfo
from shared.messaging.dead_letters import DeadLetters

ABOUT = "How this service's events get to the others, and its dead letters; for managers."


@federation.type(shareable=True)
class ServiceDelivery:
    """How the events of one service get away, and what it has done with those of others."""

    service: str

    @strawberry.field(description="Letters that wait for a person.")
    async def dead(self, info: Info) -> int:
        async with info.context.runtime.database.reading() as session:
            return await DeadLetters(session).count()

    @strawberry.field
    async def outgoing(self, info: Info) -> DeliveryOutgoing:
        async with info.context.runtime.database.reading() as session:
            return DeliveryOutgoing.of(await health.outgoing(session))

    @strawberry.field(description="Who reads this service's events.")
    async def readers(self, info: Info) -> list[DeliveryReader]:
        async with info.context.runtime.database.reading() as session:
            found = await health.readers(session, self.service)
        return [DeliveryReader.of(one) for one in found]

    @strawberry.field(description="What this service's own consumers hold back.")
    async def consumers(self, info: Info) -> list[DeliveryConsumer]:
        async with info.context.runtime.database.reading() as session:
            found = await health.incoming(session, self.service)
        return [DeliveryConsumer.of(one) for one in found]

    @strawberry.field
    async def watermarks(self, info: Info) -> list[DeliveryWatermark]:
        async with info.context.runtime.database.reading() as session:
            found = await health.compared(session, self.service)
        return [DeliveryWatermark.of(one) for one in found]

    @strawberry.field(description="Alike in consumer, event and error; the largest first.")
    async def dead_letter_groups(self, info: Info) -> list[Group]:
        async with info.context.runtime.database.reading() as session:
            found = await DeadLetters(session).groups()
        return [Group.of(one) for one in found]

    @strawberry.field(description="Newest first. `error` is that of a group.")
    async def dead_letters(
        self,
        info: Info,
        *,
        first: int = 25,
        after: str | None = None,
        consumer: str | None = None,
        type: str | None = None,  # noqa: A002
        error: str | None = None,
        include_discarded: bool = False,
    ) -> DeadLetterConnection:
        size, place = page_size(first), None if after is None else decode_cursor(after)
        async with info.context.runtime.database.reading() as session:
            found = await DeadLetters(session).list(
                consumer=consumer,
                type=type,
                error=error,
                include_discarded=include_discarded,
                after=place,
                limit=size + 1,
            )
        shown = found[:size]
        end = encode_cursor(shown[-1].died_at, shown[-1].event_id) if shown else None
        return DeadLetterConnection(
            nodes=[DeadLetterType.of(of_dead(one)) for one in shown],
            page_info=PageInfo(has_next_page=len(found) > size, end_cursor=end),
        )

    @strawberry.field(description="Also while it is tried again, and once it was applied.")
    async def dead_letter(
        self, info: Info, consumer: str, event_id: strawberry.ID
    ) -> DeadLetterType | None:
        key = _uuid(event_id)
        if key is None:
            return None
        async with info.context.runtime.database.reading() as session:
            found = await find(session, consumer, key)
        return None if found is None else DeadLetterType.of(found)

    @strawberry.field(description="What people did, the newest first; about one event or all.")
    async def acts(
        self, info: Info, first: int = 10, event_id: strawberry.ID | None = None
    ) -> list[DeliveryAct]:
        key = None if event_id is None else _uuid(event_id)
        if event_id is not None and key is None:
            return []
        async with info.context.runtime.database.reading() as session:
            found = await DeadLetters(session).acts(event_id=key, limit=page_size(first))
        return [DeliveryAct.of(one) for one in found]


def service_delivery(info: Info) -> ServiceDelivery | None:
    """For managers alone. Raises SignInRequired and Forbidden."""
    admit(info)
    return ServiceDelivery(service=info.context.runtime.database.name)


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
