"""Reading the mailbox."""

import mailbox
import os
from email.message import EmailMessage
from pathlib import Path

from subgraphs.notification.mailbox.maildir import newest


def deliver(folder: Path, subject: str, received: float) -> None:
    email = EmailMessage()
    email["To"] = "Sam <sam@example.org>"
    email["Subject"] = subject
    email.set_content("Grüße, € 5\n")
    email.add_alternative("<p>Grüße</p>", subtype="html")
    maildir = mailbox.Maildir(folder, create=True)
    key = maildir.add(mailbox.MaildirMessage(email.as_bytes()))
    os.utime(folder / "new" / key, (received, received))


def test_the_newest_come_first_with_their_plain_text(tmp_path: Path) -> None:
    for second in range(5):
        deliver(tmp_path / "box", f"Preis {second} für dich", 1_000.0 + second)
    mails = newest(tmp_path / "box", 2)
    assert [mail.subject for mail in mails] == ["Preis 4 für dich", "Preis 3 für dich"]
    assert mails[0].to == "Sam <sam@example.org>"
    assert mails[0].text == "Grüße, € 5\n"


def test_a_mailbox_that_does_not_exist_yet_is_empty(tmp_path: Path) -> None:
    assert newest(tmp_path / "none", 5) == []


def test_rubbish_in_the_mailbox_is_shown_and_breaks_nothing(tmp_path: Path) -> None:
    deliver(tmp_path / "box", "fine", 1_000.0)
    (tmp_path / "box" / "new" / "rubbish").write_bytes(
        b"Content-Type: text/plain; charset=x-nobody\n\n\xff\xfe"
    )
    assert {mail.subject for mail in newest(tmp_path / "box", 5)} == {"fine", ""}
