"""The embedded mailbox: an SMTP server that delivers nothing and keeps every mail in a Maildir."""

import asyncio
import mailbox
import os
import signal
import sys
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from partline.embedded.ports import HOST
from partline.supervisor.program import Program
from partline.supervisor.readiness import port_open

KEPT_MESSAGES = 2_000
TIDIED_EVERY = 100


def mailbox_program(folder: Path, port: int) -> Program:
    """An SMTP server on the loopback address that keeps what it is sent in `folder`."""
    return Program(
        name="mailbox",
        command=(sys.executable, "-m", "partline.embedded.mailbox"),
        environment={
            "PARTLINE_HOST": HOST,
            "PARTLINE_MAILBOX_DIR": str(folder),
            "PARTLINE_SMTP_PORT": str(port),
        },
        ready=port_open(port),
        address=f"smtp://{HOST}:{port}",
    )


class Keeper:
    """Stores messages, the newest `KEPT_MESSAGES` of them and at times some more: to find the
    oldest is to list them all, so it is not done for each."""

    def __init__(self, folder: Path) -> None:
        self._maildir = mailbox.Maildir(folder, create=True)
        self._received = count()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd's name
        """Keep a message and answer as SMTP demands."""
        await asyncio.to_thread(self.keep, envelope)
        return "250 Kept"

    def keep(self, envelope: Envelope) -> None:
        """Store one message with the recipients that its sender named in SMTP."""
        message = mailbox.MaildirMessage(envelope.content or b"")
        recipients = ", ".join(envelope.rcpt_tos)
        message["X-Envelope-To"] = recipients.replace("\n", " ").replace("\r", " ")
        self._maildir.add(message)
        if next(self._received) % TIDIED_EVERY == 0:
            self._tidy()

    def _tidy(self) -> None:
        for key in sorted(self._maildir.keys())[:-KEPT_MESSAGES]:
            self._maildir.discard(key)


def main() -> None:
    """Serve until a signal comes; the environment is what `mailbox_program` set."""
    stopped = asyncio.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        keeper = Keeper(Path(os.environ["PARTLINE_MAILBOX_DIR"]))
        controller = Controller(
            keeper,
            hostname=os.environ["PARTLINE_HOST"],
            port=int(os.environ["PARTLINE_SMTP_PORT"]),
            ident="Partline",
        )
        controller.start()
        await stopped.wait()
        controller.stop()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
