"""Reading the embedded mailbox: a Maildir, one file a message."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from heapq import nlargest
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """`id` is the file's name; `at` is when it was received."""

    id: str
    to: str
    subject: str
    at: datetime
    text: str


def newest(folder: Path, limit: int) -> list[Mail]:
    """The newest `limit` messages, newest first; none if the mailbox does not exist yet. Blocks."""
    found = nlargest(limit, _received(folder))
    return [mail for at, path in found if (mail := _read(path, at)) is not None]


def _received(folder: Path) -> Iterator[tuple[float, Path]]:
    for part in ("new", "cur"):
        directory = folder / part
        for path in directory.iterdir() if directory.is_dir() else ():
            try:
                yield path.stat().st_mtime, path
            except FileNotFoundError:
                continue  # the mailbox keeps a limited number and has just let this one go


def _read(path: Path, received: float) -> Mail | None:
    try:
        with path.open("rb") as file:
            email = BytesParser(_class=EmailMessage, policy=default).parse(file)
    except FileNotFoundError:
        return None
    return Mail(
        id=path.name,
        to=str(email.get("To", "")),
        subject=str(email.get("Subject", "")),
        at=datetime.fromtimestamp(received, UTC),
        text=_text(email),
    )


def _text(email: EmailMessage) -> str:
    body = email.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except (LookupError, UnicodeError):  # an encoding nobody knows
        payload = body.get_payload(decode=True)
        return payload.decode("latin-1") if isinstance(payload, bytes) else ""
