"""The session cookie, and coming back to where one was after signing in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from ui.formats import moment

COOKIE = "partline_session"


def begin(response: Response, session: Mapping[str, Any], *, secure: bool) -> None:
    """Keeps the opaque token where no script can read it, until it expires."""
    response.set_cookie(
        COOKIE,
        session["token"],
        expires=moment(session["expiresAt"]),
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def end(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def safe_return(value: str | None, default: str = "/") -> str:
    """A path on this site, whatever was asked for; sign-in pages do not return to themselves."""
    if not value or "\\" in value or any(ord(letter) < 32 for letter in value):
        return default
    parts = urlsplit(value)
    if parts.scheme or parts.netloc or not value.startswith("/") or value.startswith("//"):
        return default
    return default if parts.path in ("/sign-in", "/register", "/sign-out") else value


def sign_in_url(request: Request) -> str:
    """The sign-in page that brings the person back to the page they were on."""
    if request.method == "GET" and "hx-request" not in request.headers:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        came_from = request.headers.get("hx-current-url") or request.headers.get("referer") or "/"
        parts = urlsplit(came_from)
        here = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"/sign-in?next={quote(safe_return(here), safe='')}"
