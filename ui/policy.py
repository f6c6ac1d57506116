"""What a browser may do with our pages, and which requests we refuse outright."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = {"GET", "HEAD", "OPTIONS"}


def content_security_policy(storage_url: str) -> str:
    """From nothing up: our own scripts and styles, pictures and models also from storage."""
    parts = urlsplit(storage_url)
    storage = f"{parts.scheme}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' {storage}",
            f"connect-src 'self' {storage}",
            "font-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


class SecurityHeaders:
    """Puts the policy on every answer, errors and files included."""

    def __init__(self, app: ASGIApp, storage_url: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(storage_url),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class CrossSiteRefusal:
    """Refuses an unsafe request that another site made: browsers say so in Sec-Fetch-Site.

    ``same-site`` is refused too, because a neighbour on another subdomain is not us.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE:
            site = Headers(scope=scope).get("sec-fetch-site", "none")
            if site not in ("same-origin", "none"):
                text = "This form was sent from another site. Open the page here and try again."
                await PlainTextResponse(text, 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)
