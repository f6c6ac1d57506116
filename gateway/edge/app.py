"""The public door, put together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from gateway.edge.access_log import AccessLog
from gateway.edge.address import SealedAddresses
from gateway.edge.admission import Admission
from gateway.edge.authentication.accounts import AccountsClient
from gateway.edge.authentication.authenticator import Authenticator
from gateway.edge.authentication.tokens import Tokens
from gateway.edge.authentication.visitor import VisitorCookies
from gateway.edge.event_sources import EventSource
from gateway.edge.failures import Failures
from gateway.edge.graphql.answering import Answering
from gateway.edge.graphql.documents import Documents, PersistedQueries
from gateway.edge.graphql.endpoint import GraphQLEndpoint
from gateway.edge.graphql.explorer import explorer_assets, explorer_page
from gateway.edge.graphql.graph import composed_engine
from gateway.edge.health import Health
from gateway.edge.live.endpoint import LiveEndpoint
from gateway.edge.open_streams import OpenStreams
from gateway.edge.pages.endpoint import PagesEndpoint
from gateway.edge.pages.upstream import Pages
from gateway.edge.problem import problem
from gateway.edge.rate_limits.bucket import RateLimiter
from gateway.edge.refusal import Refusal
from gateway.edge.request_id import RequestIds
from gateway.edge.security_headers import SecurityHeaders
from gateway.edge.settings import EdgeSettings
from gateway.edge.supergraph.registry import Registry
from gateway.edge.supergraph.sdl import SdlReader
from gateway.edge.transport import Transport
from gateway.edge.transport.resilient import ResilientTransport
from gateway.federation import Engine
from shared.identity import TokenSigner
from shared.live.hub import LiveHub
from shared.live.recent_changes import RecentChanges

_UPLOAD_ADVICE = (
    "Files are not sent through GraphQL: ask createUpload for an address to send it to."
)
_GREETING = """# The graph of Partline. To ask as yourself,
# sign in on the pages, or put an API key
# into the headers: {"X-Api-Key": "plk_…"}
{
  materials {
    code
    name
    technology
    finishes { code name }
  }
}
"""
_OPERATION = frozenset({"query", "documentId", "extensions"})


@dataclass(frozen=True)
class Edge:
    """The parts that whoever runs the application may ask, at `app.state.edge`."""

    registry: Registry[Engine]
    health: Health
    live: LiveHub
    streams: OpenStreams
    answering: Answering

    def close_streams(self) -> None:
        """End the open event streams. To be called when a shutdown begins: a server waits for
        its connections, and browsers never close these by themselves."""
        self.live.close()
        self.streams.close()


def create_edge(
    settings: EdgeSettings,
    *,
    subgraphs: Sequence[str],
    transport: Transport,
    redis: Redis,
    pages: Pages | None = None,
    events: EventSource | None = None,
) -> Starlette:
    """The gateway's application: the graph, its explorer, live hints, health and the pages.

    `subgraphs` are the names that `transport` knows, accounts among them; subscriptions go to
    them through `events`. The application is
    usable at once; until every subgraph has been heard of, /graphql and /health answer 503.
    Its lifespan has to run: it keeps the graph current and closes the connections, but not
    `redis`. `app.state.edge` is the `Edge`; call `app.state.close_streams` when a shutdown begins.
    """
    tokens = Tokens(TokenSigner(settings.signing_private_key))
    visitors = VisitorCookies(settings.signing_private_key, secure=settings.secure_cookies)
    addresses = SealedAddresses(settings.signing_private_key)
    resilient = ResilientTransport(transport, settings.patiences)
    registry = Registry(
        subgraphs,
        SdlReader(transport, tokens),
        partial(composed_engine, resilient, events, settings.limits),
        poll_seconds=settings.sdl_poll_seconds,
    )
    streams = OpenStreams(settings.streams)
    answering = _answering(settings, streams)
    edge = Edge(
        registry,
        Health(
            subgraphs,
            transport,
            resilient.circuit,
            tokens=tokens,
            registry=registry,
            pages=pages,
        ),
        LiveHub(redis, RecentChanges()),
        streams,
        answering,
    )
    admission = Admission(
        Authenticator(AccountsClient(resilient, tokens), visitors),
        RateLimiter(redis),
        settings.rates,
        settings.trusted_origins,
        addresses,
    )
    graphql = GraphQLEndpoint(registry, admission, tokens, visitors, answering)
    app = Starlette(
        routes=[
            *_routes(edge, admission, graphql, visitors),
            *(
                []
                if pages is None
                else [Mount("", PagesEndpoint(pages, admission, visitors, addresses))]
            ),
        ],
        middleware=[
            Middleware(RequestIds),
            Middleware(AccessLog),
            Middleware(SecurityHeaders, secure=settings.secure_cookies),
            Middleware(Failures),
        ],
        exception_handlers={Refusal: _refuse, 404: _nothing_here},
        lifespan=_lifespan(edge, transport, pages, events),
    )
    app.state.edge = edge
    app.state.close_streams = edge.close_streams
    return app


def _answering(settings: EdgeSettings, streams: OpenStreams) -> Answering:
    documents = Documents(
        settings.trusted_documents,
        only_trusted=settings.only_trusted_documents,
        persisted=PersistedQueries(settings.persisted_query_bytes),
    )
    answering = replace(settings.answering, upload_advice=_UPLOAD_ADVICE)
    return Answering(answering, documents, streams)


def _routes(
    edge: Edge, admission: Admission, graphql: GraphQLEndpoint, visitors: VisitorCookies
) -> list[Route | Mount]:
    live = LiveEndpoint(edge.live, edge.streams)

    async def get(request: Request) -> Response:
        opened = "text/html" in request.headers.get("accept", "")
        if not opened and not _OPERATION.isdisjoint(request.query_params):
            return await graphql.answer(request)
        caller = await admission.caller(request, admission.credentials(request))
        page = explorer_page("Partline: GraphQL explorer", _GREETING)
        if caller.new_visitor is not None:
            page.headers.append("set-cookie", visitors.set_cookie(caller.new_visitor))
        return page

    async def only_post(_: Request) -> Response:
        raise Refusal(
            405,
            "METHOD_NOT_ALLOWED",
            "Send operations with POST, as JSON; queries may also come with GET. In a browser GET "
            "opens the explorer.",
            {"allow": "GET, HEAD, POST"},
        )

    async def follow(request: Request) -> Response:
        caller = await admission.caller(request, admission.credentials(request))
        return live.answer(request, caller.identity, admission.stream_owner(request, caller))

    async def health(_: Request) -> Response:
        healthy, report = await edge.health.report()
        return JSONResponse(report, 200 if healthy else 503)

    async def ready(_: Request) -> Response:
        return JSONResponse({"ready": edge.health.ready}, 200 if edge.health.ready else 503)

    return [
        Route("/graphql", graphql.answer, methods=["POST"]),
        Route("/graphql", get, methods=["GET"]),
        Route("/graphql", only_post, methods=["PUT", "PATCH", "DELETE", "OPTIONS"]),
        Mount("/graphql/assets", explorer_assets()),
        Route("/live", follow, methods=["GET"]),
        Route("/health", health, methods=["GET"]),
        Route("/ready", ready, methods=["GET"]),
    ]


def _lifespan(
    edge: Edge, transport: Transport, pages: Pages | None, events: EventSource | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(transport.close)
            if events is not None:
                stack.push_async_callback(events.close)
            if pages is not None:
                await stack.enter_async_context(pages.serving())
            running = [
                asyncio.create_task(edge.registry.run(), name="supergraph"),
                asyncio.create_task(edge.live.run(), name="live hints"),
            ]
            try:
                yield
            finally:
                edge.close_streams()
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)

    return lifespan


async def _refuse(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return problem(request, refusal.status, refusal.code, refusal.message, refusal.headers)


async def _nothing_here(request: Request, _: Exception) -> Response:
    return problem(request, 404, "NOT_FOUND", "There is nothing at this address.")
