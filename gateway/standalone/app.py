"""The stand-alone gateway, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from gateway.edge.access_log import AccessLog
from gateway.edge.failures import Failures
from gateway.edge.graphql.answering import Answering
from gateway.edge.graphql.documents import Documents, PersistedQueries
from gateway.edge.graphql.errors import ErrorMask
from gateway.edge.graphql.explorer import explorer_assets
from gateway.edge.open_streams import OpenStreams
from gateway.edge.problem import problem
from gateway.edge.refusal import Refusal
from gateway.edge.request_id import HEADER, RequestIds
from gateway.edge.security_headers import SecurityHeaders
from gateway.edge.transport.http import HttpPool
from gateway.standalone.endpoint import Endpoint
from gateway.standalone.graphs import Graphs
from gateway.standalone.health import Health
from gateway.standalone.keeper import Keeper
from gateway.standalone.settings import StandaloneSettings
from gateway.standalone.sources import Source

GRAPHQL = "/graphql"


@dataclass(frozen=True, slots=True)
class Standalone:
    """The running parts: `keeper` has to be run beside the app, by whoever serves it."""

    app: Starlette
    keeper: Keeper
    streams: OpenStreams


def create_standalone(
    settings: StandaloneSettings, pool: HttpPool, source: Callable[[HttpPool], Source]
) -> Standalone:
    """The gateway on the graph that `source` gives. Its lifespan closes the connections."""
    graphs = Graphs(settings, pool)
    keeper = Keeper(source(pool), graphs)
    streams = OpenStreams()
    documents = Documents(
        settings.trusted_documents,
        only_trusted=settings.only_trusted_documents,
        persisted=PersistedQueries(settings.persisted_query_bytes),
    )
    mask = ErrorMask(hides=settings.mask_errors)
    endpoint = Endpoint(settings, keeper, Answering(settings.answering, documents, streams, mask))
    app = Starlette(
        routes=_routes(settings, endpoint, Health(keeper, tells_causes=not settings.mask_errors)),
        middleware=[
            Middleware(RequestIds),
            Middleware(AccessLog),
            Middleware(SecurityHeaders),
            *_cross_origin(settings),
            Middleware(Failures),
        ],
        exception_handlers={Refusal: _refuse, 404: _nothing_here},
        lifespan=_lifespan(graphs, streams, pool),
    )
    return Standalone(app, keeper, streams)


def _routes(
    settings: StandaloneSettings, endpoint: Endpoint, health: Health
) -> list[Route | Mount]:
    routes: list[Route | Mount] = [
        Route(GRAPHQL, endpoint.post, methods=["POST"]),
        Route(GRAPHQL, endpoint.get, methods=["GET"]),
        Route(GRAPHQL, endpoint.other, methods=["PUT", "PATCH", "DELETE", "OPTIONS"]),
        Route("/health", health.health, methods=["GET"]),
        Route("/ready", health.ready, methods=["GET"]),
        Route("/", _to_graphql, methods=["GET"]),
    ]
    if settings.explorer:
        routes.append(Mount(f"{GRAPHQL}/assets", explorer_assets()))
    return routes


def _cross_origin(settings: StandaloneSettings) -> list[Middleware]:
    if not settings.origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            allow_credentials="*" not in settings.origins,
            expose_headers=[HEADER],
        )
    ]


def _lifespan(
    graphs: Graphs, streams: OpenStreams, pool: HttpPool
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            streams.close()
            await graphs.close()
            await pool.close()

    return lifespan


async def _to_graphql(_: Request) -> Response:
    return RedirectResponse(GRAPHQL)


async def _refuse(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return problem(request, refusal.status, refusal.code, refusal.message, refusal.headers)


async def _nothing_here(request: Request, _: Exception) -> Response:
    return problem(request, 404, "NOT_FOUND", "There is nothing at this address.")
