"""Reading messages, and sending one again."""

from uuid import UUID

import strawberry

from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.paging import page_size
from shared.identity import require
from subgraphs.notification.messages import repository, service
from subgraphs.notification.messages.access import READERS
from subgraphs.notification.messages.tables import NotificationState
from subgraphs.notification.messages.types import Notification


@strawberry.type
class MessageQuery:
    @strawberry.field
    async def notifications(
        self, info: Info, state: NotificationState | None = None, first: int = 50
    ) -> list[Notification] | None:
        """All messages, newest first; for crm and managers."""
        require(info.context.identity, *READERS)
        async with info.context.runtime.database.reading() as session:
            rows = await repository.newest(session, page_size(first), state=state)
        return [Notification.of(row) for row in rows]

    @strawberry.field
    async def my_notifications(self, info: Info, first: int = 25) -> list[Notification] | None:
        """What was written to the caller, newest first."""
        owners = info.context.identity.owners
        async with info.context.runtime.database.reading() as session:
            rows = await repository.newest(session, page_size(first), account_ids=owners)
        return [Notification.of(row) for row in rows]


@strawberry.type
class MessageMutation:
    @strawberry.mutation
    async def resend_notification(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
    ) -> Notification:
        """Send it again, under the same Message-ID; for crm and managers."""
        require(info.context.identity, *READERS)
        try:
            notification_id = UUID(id)
        except ValueError:
            raise NotFound("There is no such message. Choose one from the list.") from None
        async with info.context.runtime.database.transaction() as session:
            return Notification.of(await service.resend(session, notification_id))
