"""One message over SMTP."""

from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from shared.settings import Settings
from subgraphs.notification.messages.tables import Notification

_TIMEOUT_SECONDS = 20


def email_of(notification: Notification, sender: str) -> EmailMessage:
    """The e-mail, the same each time it is sent. Raises ValueError for an impossible address."""
    email = EmailMessage()
    email["From"] = sender
    email["To"] = Address(notification.recipient_name, addr_spec=notification.recipient)
    email["Subject"] = notification.subject
    email["Date"] = format_datetime(notification.created_at)
    email["Message-ID"] = notification.message_id
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    email["X-Partline-Order"] = str(notification.order_id)
    email.set_content(notification.body)
    email.add_alternative(notification.html, subtype="html")
    return email


class Mailer:
    """The configured SMTP server; STARTTLS is used when the server offers it.

    Its connection serves one message after the other until `hang_up`, or until one fails.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: aiosmtplib.SMTP | None = None

    async def send(self, notification: Notification) -> None:
        """Hand the message to the server. Raises aiosmtplib's errors, OSError or ValueError."""
        email = email_of(notification, self._settings.mail_from)
        if self._server is not None:
            with suppress(aiosmtplib.SMTPServerDisconnected):  # it takes no more by this connection
                await self._hand(email, self._server)
                return
        self._server = await self._connected()
        await self._hand(email, self._server)

    async def hang_up(self) -> None:
        """Leave the server, if it was called."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit()
            server.close()

    async def _hand(self, email: EmailMessage, server: aiosmtplib.SMTP) -> None:
        try:
            await server.send_message(email)
        except BaseException:
            self._server = None
            server.close()
            raise

    async def _connected(self) -> aiosmtplib.SMTP:
        settings = self._settings
        password = settings.smtp_password
        server = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=password.get_secret_value() if password else None,
            timeout=_TIMEOUT_SECONDS,
        )
        await server.connect()
        return server
