"""A notification database with its tables, and an SMTP server that can be told to refuse."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from db.engine import Database
from db.migrate import upgrade
from partline.embedded.ports import HOST, free_port
from shared.settings import Settings
from subgraphs.notification.webhooks.caller import Caller
from subgraphs.notification.webhooks.sender import WebhookSender
from tests.integration.notification.partner import PartnerServer, partner_server
from tests.integration.notification.world import OrderStory
from tests.servers import PostgresServer


@dataclass
class PostOffice:
    """A real SMTP server; `answers` are given to the next messages instead of keeping them."""

    port: int
    answers: list[str] = field(default_factory=list)
    received: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.received.append(BytesParser(_class=EmailMessage, policy=default).parsebytes(raw))
        return "250 Kept"

    @property
    def settings(self) -> Settings:
        return Settings(
            smtp_host=HOST, smtp_port=self.port, mail_from="Partline <orders@partline.example>"
        )


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    office = PostOffice(free_port())
    # Its thread would go on logging to the output of a test that is over.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    controller = Controller(office, hostname=HOST, port=office.port)
    controller.start()
    yield office
    controller.stop()


@pytest.fixture(scope="session")
def notification_url(postgres: PostgresServer) -> str:
    url = postgres.create_database(f"notification_{uuid4().hex[:8]}", owner="notification")
    upgrade("notification", url)
    return url


@pytest_asyncio.fixture
async def database(notification_url: str) -> AsyncIterator[Database]:
    database = Database(notification_url, name="notification")
    async with database.transaction() as session:
        await session.execute(
            sa.text(
                "truncate webhook, webhook_delivery, notification, account_contact, order_contact,"
                " inbox, inbox_position, inbox_parked, inbox_retry, dead_letter"
            )
        )
    yield database
    await database.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[PartnerServer]:
    async with partner_server() as server:
        yield server


@pytest_asyncio.fixture
async def sender(database: Database) -> AsyncIterator[WebhookSender]:
    caller = Caller(private=True)
    yield WebhookSender(database, caller)
    await caller.close()


@pytest.fixture
def story() -> OrderStory:
    return OrderStory(partner=True)
