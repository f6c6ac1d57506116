"""Messages by order, one query for all that a request asks for."""

from collections.abc import Sequence
from uuid import UUID

from shared.graphql import Context
from subgraphs.notification.messages import repository
from subgraphs.notification.messages.tables import Notification


async def load_of_order(context: Context, order_id: UUID) -> list[Notification]:
    async def load(order_ids: Sequence[UUID]) -> list[list[Notification]]:
        async with context.runtime.database.reading() as session:
            found = await repository.of_orders(session, order_ids)
        return [found[key] for key in order_ids]

    return await context.loader("notifications", load).load(order_id)
