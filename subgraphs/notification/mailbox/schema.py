"""The mailbox in the graph: what would have reached people's inboxes."""

import asyncio
from datetime import datetime

import strawberry

from shared.graphql import Info
from shared.graphql.paging import page_size
from shared.identity import require
from subgraphs.notification.mailbox import maildir
from subgraphs.notification.messages.access import READERS


@strawberry.type
class MailboxMessage:
    id: strawberry.ID
    to: str
    subject: str
    at: datetime
    text: str

    @classmethod
    def of(cls, mail: maildir.Mail) -> "MailboxMessage":
        return cls(
            id=strawberry.ID(mail.id),
            to=mail.to,
            subject=mail.subject,
            at=mail.at,
            text=mail.text,
        )


@strawberry.type
class MailboxQuery:
    @strawberry.field
    async def mailbox(self, info: Info, first: int = 50) -> list[MailboxMessage] | None:
        """Newest first; empty when messages go to a real mail server. For crm and managers."""
        require(info.context.identity, *READERS)
        folder = info.context.runtime.settings.mailbox_dir
        limit = page_size(first)
        if folder is None:
            return []
        mails = await asyncio.to_thread(maildir.newest, folder, limit)
        return [MailboxMessage.of(mail) for mail in mails]
