"""Intending messages, and sending one again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import NotFound
from shared.ids import new_id
from shared.live import changed
from shared.settings import Settings
from subgraphs.notification.messages import repository
from subgraphs.notification.messages.kinds import Kind
from subgraphs.notification.messages.letter import OrderFacts, compose
from subgraphs.notification.messages.tables import Notification, NotificationState
from subgraphs.notification.recipients.service import recipient_of
from subgraphs.notification.recipients.tables import OrderContact

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every message says of us: where our pages are, and the domain of our Message-IDs."""

    public_url: str
    domain: str

    @classmethod
    def of(cls, settings: Settings) -> "Letterhead":
        address = parseaddr(settings.mail_from)[1]
        return cls(settings.public_url.rstrip("/"), address.rpartition("@")[2])


async def intend(
    session: AsyncSession,
    letterhead: Letterhead,
    contact: OrderContact,
    kind: Kind,
    details: Mapping[str, str],
    *,
    occasion: int = 0,
) -> None:
    """Have the order's customer written to, once for each `occasion` of `kind`.

    A visitor who left no address cannot be written to; that is logged.
    """
    recipient = await recipient_of(session, contact)
    if recipient is None:
        _log.info("no address to write to", order_id=str(contact.order_id), kind=kind.value)
        return
    facts = OrderFacts(
        reference=contact.reference,
        link=f"{letterhead.public_url}/orders/{contact.order_id}",
        name=recipient.name or "there",
        from_partner=contact.from_partner,
        their_reference=contact.partner_reference,
    )
    letter = compose(kind, facts, details)
    notification_id, now = new_id(), datetime.now(UTC)
    new = await repository.add(
        session,
        {
            "id": notification_id,
            "order_id": contact.order_id,
            "kind": kind,
            "occasion": occasion,
            "account_id": recipient.account_id,
            "recipient": recipient.email,
            "recipient_name": recipient.name,
            "subject": letter.subject,
            "body": letter.text,
            "html": letter.html,
            "message_id": f"<{notification_id}@{letterhead.domain}>",
            "state": NotificationState.PENDING,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        },
    )
    if new:
        changed(session, f"order:{contact.order_id}", "mailbox")


async def resend(session: AsyncSession, notification_id: UUID) -> Notification:
    """Send it again under the same Message-ID, whether it failed or was sent. Raises NotFound."""
    notification = await repository.send_again(session, notification_id)
    if notification is None:
        raise NotFound("There is no such message. Choose one from the list.")
    changed(session, f"order:{notification.order_id}", "mailbox")
    return notification
