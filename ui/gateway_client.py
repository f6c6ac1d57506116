"""The consoles' only way to data: the gateway's public ``POST /graphql``.

The browser's cookies and the request id go along, so the gateway decides who is asking exactly as
it does for any other client. Values stay plain dictionaries: they go from here to a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.absent import with_stand_ins
from ui.document import Document
from ui.problems import GatewayUnavailable, Missing, Problem

Data = dict[str, Any]

FORWARDED = (
    "cookie",
    "x-request-id",
    "x-partline-browser",
    "x-forwarded-for",
    "accept-language",
    "traceparent",
)


@dataclass(frozen=True)
class Answer:
    """What a query brought. ``problems`` are the fields that failed while others arrived."""

    data: Data
    problems: tuple[Problem, ...] = field(default=())

    def subject(self, field: str, called: str) -> Data:
        """What the page is about. Raises what kept it away, or Missing when there is none."""
        found: Data | None = self.data[field]
        if found is None:
            raise next((p for p in self.problems if p.field == field), Missing(called))
        return found

    def part(self, field: str) -> Any:
        """What the page cannot do without, such as its list. Raises what kept it away."""
        found = self.data[field]
        if found is None and self.problems:
            raise next((p for p in self.problems if p.field == field), self.problems[0])
        return found


class AttachableApp:
    """Stands for the gateway until it exists: the edge holds the UI and the UI calls the edge."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is None:
            raise RuntimeError("attach() the gateway before the first request")
        await self.app(scope, receive, send)


class GatewayClient:
    """Executes documents at the gateway: it sends their ids, never a text.

    Use :meth:`over_http` when the gateway is another process and :meth:`in_process` when it is in
    this one; for the latter call :meth:`attach` once the gateway's app is built.
    """

    def __init__(self, client: httpx.AsyncClient, attachable: AttachableApp | None = None) -> None:
        self._client = client
        self._attachable = attachable

    @classmethod
    def over_http(cls, url: str, *, timeout_seconds: float = 15.0) -> "GatewayClient":
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=50)
        return cls(httpx.AsyncClient(base_url=url, timeout=timeout_seconds, limits=limits))

    @classmethod
    def in_process(cls, url: str, *, timeout_seconds: float = 15.0) -> "GatewayClient":
        attachable = AttachableApp()
        transport = httpx.ASGITransport(app=attachable, raise_app_exceptions=False)
        client = httpx.AsyncClient(base_url=url, transport=transport, timeout=timeout_seconds)
        return cls(client, attachable)

    def attach(self, app: ASGIApp) -> None:
        """Gives an in-process client the gateway it calls."""
        if self._attachable is None:
            raise RuntimeError("this client reaches its gateway over HTTP")
        self._attachable.app = app

    async def aclose(self) -> None:
        await self._client.aclose()

    async def query(
        self, request: Request, document: Document, variables: Mapping[str, Any] | None = None
    ) -> Answer:
        """Reads. Raises the :class:`Problem` when nothing came or when it is about who asks;
        otherwise a field that failed is ``None`` in the data and named in ``problems``, and a
        part of another service that is away has a stand-in."""
        data, problems = await self._execute(request, document, variables or {})
        refusal = next((p for p in problems if p.needs_sign_in or p.is_refusal), None)
        if refusal is not None:
            raise refusal
        if data is None:
            raise problems[0] if problems else GatewayUnavailable("The answer was empty.")
        return Answer(with_stand_ins(data), problems)

    async def command(
        self, request: Request, document: Document, variables: Mapping[str, Any] | None = None
    ) -> Data:
        """Changes something. Raises the first :class:`Problem`, if any."""
        data, problems = await self._execute(request, document, variables or {})
        if problems:
            raise problems[0]
        if data is None:
            raise GatewayUnavailable("The answer was empty.")
        return data

    async def attempt(
        self, request: Request, document: Document, variables: Mapping[str, Any] | None = None
    ) -> Data | Problem:
        """As `command`, and a problem that the person can mend where they are is the answer."""
        try:
            return await self.command(request, document, variables)
        except Problem as problem:
            if not problem.belongs_on_the_page:
                raise
            return problem

    async def _execute(
        self, request: Request, document: Document, variables: Mapping[str, Any]
    ) -> tuple[Data | None, tuple[Problem, ...]]:
        body = orjson.dumps({"documentId": document.id, "variables": dict(variables)})
        try:
            response = await self._client.post(
                "/graphql", content=body, headers=self._headers(request)
            )
            answer = orjson.loads(response.content)
        except (httpx.HTTPError, orjson.JSONDecodeError) as error:
            raise GatewayUnavailable(str(error)) from error
        if not isinstance(answer, dict) or ("data" not in answer and "errors" not in answer):
            raise GatewayUnavailable(f"HTTP {response.status_code} without a GraphQL answer")
        problems = tuple(Problem.from_graphql(error) for error in answer.get("errors") or ())
        return answer.get("data"), problems

    @staticmethod
    def _headers(request: Request) -> dict[str, str]:
        headers = {
            "content-type": "application/json",
            "accept": "application/graphql-response+json, application/json",
            # CrossSiteRefusal has checked the browser's own request before a handler calls us.
            "sec-fetch-site": "same-origin",
        }
        headers.update({n: request.headers[n] for n in FORWARDED if n in request.headers})
        if request.client is not None:
            headers.setdefault("x-forwarded-for", request.client.host)
        return headers
