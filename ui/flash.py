"""One message that outlives a redirect: shown as a toast on the next page, then forgotten."""

import base64
import binascii
from dataclasses import asdict, dataclass, field
from typing import Literal

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

Kind = Literal["good", "bad", "note"]
COOKIE = "partline_flash"
LARGEST = 3_000  # bytes; browsers keep cookies up to 4 kB


@dataclass(frozen=True)
class Undo:
    """A form that takes the action back: where it posts and what."""

    url: str
    fields: dict[str, str]
    label: str = "Undo"


@dataclass(frozen=True)
class Flash:
    text: str
    kind: Kind = "good"
    undo: Undo | None = field(default=None)


def remember(response: Response, flash: Flash) -> None:
    value = base64.urlsafe_b64encode(orjson.dumps(asdict(flash))).decode()
    if len(value) <= LARGEST:
        response.set_cookie(COOKIE, value, max_age=60, httponly=True, samesite="lax")


def on_to(url: str, text: str, kind: Kind = "good") -> Response:
    """On to another page, which shows the message."""
    response = RedirectResponse(url, 303)
    remember(response, Flash(text, kind))
    return response


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def remembered(request: Request) -> Flash | None:
    """The message of the last action, or None; a cookie that is not ours to read is no message."""
    value = request.cookies.get(COOKIE)
    if not value:
        return None
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(value))
        undo = raw.get("undo")
        return Flash(
            text=str(raw["text"]),
            kind=raw["kind"] if raw["kind"] in ("good", "bad", "note") else "note",
            undo=_undo(undo) if undo else None,
        )
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return None


def _undo(raw: dict[str, object]) -> Undo | None:
    url, fields = str(raw["url"]), raw["fields"]
    if not url.startswith("/") or url.startswith("//") or not isinstance(fields, dict):
        return None
    return Undo(url, {str(name): str(value) for name, value in fields.items()}, str(raw["label"]))
