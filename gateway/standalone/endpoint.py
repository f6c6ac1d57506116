"""GET and POST /graphql."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.edge.access_log import note
from gateway.edge.graphql.answering import Answering
from gateway.edge.graphql.asker import Asker
from gateway.edge.graphql.explorer import explorer_page
from gateway.edge.open_streams import StreamOwner
from gateway.edge.refusal import Refusal
from gateway.edge.request_id import request_id_of
from gateway.federation.operations.access import STRANGER
from gateway.standalone.fetches import Asking
from gateway.standalone.keeper import Keeper
from gateway.standalone.settings import StandaloneSettings


class Endpoint:
    """Answers operations with the graph that is served when they come."""

    def __init__(self, settings: StandaloneSettings, keeper: Keeper, answering: Answering) -> None:
        self._settings = settings
        self._keeper = keeper
        self._answering = answering
        self._forwarded = tuple(name.lower() for name in settings.forwarded_headers)

    async def post(self, request: Request) -> Response:
        """Execute the operation in the body. Raises `Refusal`."""
        return await self._answer(request)

    async def get(self, request: Request) -> Response:
        """Execute the query in the address; a browser gets the explorer. Raises `Refusal`."""
        opened = "text/html" in request.headers.get("accept", "")
        if opened and self._settings.explorer:
            return explorer_page()
        return await self._answer(request)

    async def other(self, _: Request) -> Response:
        """Refuse every other method."""
        raise Refusal(
            405,
            "METHOD_NOT_ALLOWED",
            "Send operations with POST, as JSON; queries may also come with GET.",
            {"allow": "GET, HEAD, POST"},
        )

    async def _answer(self, request: Request) -> Response:
        graph = self._keeper.graph
        if graph is None:
            raise Refusal(
                503,
                "NOT_READY",
                "Not every subgraph has told its schema yet. Try again in a few seconds.",
                {"retry-after": "1"},
            )
        operation = await self._answering.read(request)
        note(request.scope, operation=operation.operation_name)
        return await self._answering.answer(request, operation, graph.engine, self._asker(request))

    def _asker(self, request: Request) -> Asker:
        reference = request_id_of(request.scope)
        headers = request.headers
        forwarded = tuple((name, headers[name]) for name in self._forwarded if name in headers)
        address = request.client.host if request.client else ""
        authorization = headers.get("authorization")
        tokens = self._settings.tokens

        async def still_allowed() -> bool:
            try:
                return tokens is None or tokens.access(authorization) == access
            except Refusal:
                return False

        access = STRANGER if tokens is None else tokens.access(authorization)
        return Asker(
            context=Asking(reference, forwarded),
            identity=forwarded,
            reference=reference,
            stream_owner=StreamOwner(address),
            access=access,
            sees_plans=self._settings.show_plans,
            still_allowed=still_allowed,
        )
