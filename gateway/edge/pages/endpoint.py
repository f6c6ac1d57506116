"""The pages' place at the public door."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from gateway.edge.access_log import note
from gateway.edge.address import BROWSER_HEADER, SealedAddresses, address_of, on_behalf_of
from gateway.edge.admission import Admission
from gateway.edge.authentication.caller import Caller
from gateway.edge.authentication.credentials import SESSION_COOKIE, VISITOR_COOKIE
from gateway.edge.authentication.visitor import VisitorCookies
from gateway.edge.pages.forwarded import request_headers
from gateway.edge.pages.upstream import Pages, PagesUnavailable
from gateway.edge.problem import problem
from gateway.edge.refusal import Refusal
from gateway.edge.request_id import HEADER, request_id_of

_ASSETS = "/static/"
_AWAY = "The pages cannot be reached at the moment. Nothing is lost: reload in a few seconds."
_IDENTITY_AWAY = 503


class PagesEndpoint:
    """Every address that is not the gateway's own: handed to the pages, answers streamed back.

    A browser without a name gets a visitor cookie, and the pages see it in the same request.
    """

    def __init__(
        self,
        pages: Pages,
        admission: Admission,
        visitors: VisitorCookies,
        addresses: SealedAddresses,
    ) -> None:
        self._pages = pages
        self._admission = admission
        self._visitors = visitors
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        caller = None
        if not request.url.path.startswith(_ASSETS):
            caller = await self._caller(request)
        cookies = self._cookies(caller)

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for cookie in cookies:
                    headers.append("set-cookie", cookie)
            await send(message)

        forwarded = {**scope, "headers": self._headers(request, caller)}
        try:
            with on_behalf_of(address_of(request)):
                await self._pages(forwarded, receive, send_with_cookies)
        except PagesUnavailable as error:
            note(scope, why=str(error))
            answer = problem(request, 502, "PAGES_UNAVAILABLE", _AWAY, {"retry-after": "3"})
            await answer(scope, receive, send)

    async def _caller(self, request: Request) -> Caller | None:
        credentials = self._admission.credentials(request)
        try:
            caller = await self._admission.caller(request, credentials)
        except Refusal as refusal:
            # Pages work, as far as they can, while nobody can tell who is signed in.
            if refusal.status != _IDENTITY_AWAY:
                raise
            return None
        note(request.scope, subject=str(caller.identity.subject))
        return caller

    def _cookies(self, caller: Caller | None) -> list[str]:
        cookies = list[str]()
        if caller is not None and caller.new_visitor is not None:
            cookies.append(self._visitors.set_cookie(caller.new_visitor))
        if caller is not None and caller.session_over:
            cookies.append(self._visitors.clear_session_cookie())
        return cookies

    def _headers(self, request: Request, caller: Caller | None) -> list[tuple[bytes, bytes]]:
        added: Mapping[str, str] = {
            HEADER: request_id_of(request.scope),
            BROWSER_HEADER: self._addresses.seal(address_of(request)),
            "x-forwarded-for": address_of(request),
            "x-forwarded-proto": request.url.scheme,
            "x-forwarded-host": request.headers.get("host", ""),
        }
        if caller is None:
            return request_headers(request.headers.raw, added)
        return request_headers(
            request.headers.raw,
            added,
            cookie=f"{VISITOR_COOKIE}={caller.new_visitor}" if caller.new_visitor else None,
            without_cookie=SESSION_COOKIE if caller.session_over else None,
        )
