"""Messages in the graph."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import federation

from shared.graphql import Info
from subgraphs.notification.messages import repository
from subgraphs.notification.messages.access import may_read
from subgraphs.notification.messages.loading import load_of_order
from subgraphs.notification.messages.tables import Notification as NotificationRow
from subgraphs.notification.messages.tables import NotificationState

strawberry.enum(NotificationState)


@federation.type(keys=["id"])
class Notification:
    """One e-mail about an order; sent at least once, always under the same Message-ID."""

    id: strawberry.ID
    kind: str
    recipient: str
    subject: str
    body: str
    state: NotificationState
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str | None

    @classmethod
    def of(cls, row: NotificationRow) -> "Notification":
        return cls(
            id=strawberry.ID(str(row.id)),
            kind=row.kind.value,
            recipient=row.recipient,
            subject=row.subject,
            body=row.body,
            state=row.state,
            created_at=row.created_at,
            sent_at=row.sent_at,
            attempts=row.attempts,
            last_error=row.last_error,
        )

    @classmethod
    async def resolve_reference(
        cls,
        info: Info,
        id: strawberry.ID,  # noqa: A002 - the key's name
    ) -> "Notification | None":
        context = info.context
        async with context.runtime.database.reading() as session:
            row = await repository.get(session, UUID(id))
        if row is None or not may_read(context.identity, row.account_id):
            return None
        return cls.of(row)


@federation.type(keys=["id"])
class Order:
    """The shop's order, with what was written about it."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Order":  # noqa: A002 - the key's name
        return cls(id=id)

    @strawberry.field
    async def notifications(self, info: Info) -> list[Notification] | None:
        """Oldest first; only what was written to the caller, unless they are staff."""
        rows = await load_of_order(info.context, UUID(self.id))
        identity = info.context.identity
        return [Notification.of(row) for row in rows if may_read(identity, row.account_id)]
