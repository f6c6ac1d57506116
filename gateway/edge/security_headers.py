"""Strict security headers for every answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


# A year. Without subdomains: they may belong to somebody else's service.
_HTTPS_ALONE = {"strict-transport-security": "max-age=31536000"}


class SecurityHeaders:
    """Puts the strict headers on every answer that does not bring its own.

    The pages bring their own Content-Security-Policy, since they know what they load; it is
    left as it is. With `secure` browsers are told to come by HTTPS alone from then on.
    """

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        headers = _HEADERS | (_HTTPS_ALONE if secure else {})
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message["headers"] = [*message.get("headers", ())]
                names = {name for name, _ in own}  # in small letters, as ASGI has them
                own += [header for header in self._headers if header[0] not in names]
            await send(message)

        await self._app(scope, receive, send_with_headers)
