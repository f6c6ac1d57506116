"""The embedded mailbox: mails are kept, not delivered."""

import mailbox
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from partline.embedded.mailbox import Keeper, mailbox_program
from partline.embedded.ports import HOST, free_port
from tests.servers import running


def test_a_mail_is_kept_with_the_recipients_that_smtp_named(tmp_path: Path) -> None:
    port = free_port()
    message = EmailMessage()
    message["From"], message["To"] = "orders@partline.example", "kay@partline.example"
    message["Subject"] = "Your price is ready — € 11.14"
    message.set_content("It costs € 11.14.")
    with (
        running(mailbox_program(tmp_path / "mailbox", port), tmp_path / "log"),
        smtplib.SMTP(HOST, port) as client,
    ):
        client.send_message(message, to_addrs=["kay@partline.example", "blind@partline.example"])
    (kept,) = mailbox.Maildir(tmp_path / "mailbox", create=False)
    assert kept["Subject"] is not None
    assert kept["X-Envelope-To"] == "kay@partline.example, blind@partline.example"
    assert (tmp_path / "mailbox").stat().st_mode & 0o077 == 0


def test_old_messages_are_thrown_away_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partline.embedded.mailbox.KEPT_MESSAGES", 5)
    monkeypatch.setattr("partline.embedded.mailbox.TIDIED_EVERY", 4)
    keeper, envelope = Keeper(tmp_path / "mail"), Envelope()
    envelope.rcpt_tos = ["kay@partline.example"]
    kept = []
    for _ in range(21):
        keeper.keep(envelope)
        kept.append(len(mailbox.Maildir(tmp_path / "mail")))
    assert kept[-5:] == [5, 6, 7, 8, 5]
