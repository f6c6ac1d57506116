"""The gateway: in a process of its own, or in one with everything behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from starlette.applications import Starlette

from gateway.edge.app import create_edge
from gateway.edge.event_sources import EventSource, HttpEventSource, SubscriptionAddress
from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.open_streams import StreamLimits
from gateway.edge.pages.proxied import ProxiedPages
from gateway.edge.pages.upstream import Pages
from gateway.edge.settings import EdgeSettings
from gateway.edge.transport import Transport
from gateway.edge.transport.http import HttpTransport
from partline.wiring.documents import trusted_documents
from partline.wiring.errors import MissingSettingError
from partline.wiring.limits import limits_of
from shared.settings import SERVICES, Settings


@asynccontextmanager
async def edge(
    settings: Settings, transport: Transport, events: EventSource, pages: Pages | None
) -> AsyncIterator[Starlette]:
    """The gateway's app on the subgraphs that `transport` reaches, with `pages` behind it.

    Raises MissingSettingError without the key that proves to the subgraphs who is calling.
    """
    if settings.signing_private_key is None:
        raise MissingSettingError(
            "PARTLINE_SIGNING_PRIVATE_KEY", "the key with which the gateway signs its calls"
        )
    redis = Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=2)
    try:
        yield create_edge(
            _edge_settings(settings, settings.signing_private_key.get_secret_value()),
            subgraphs=SERVICES,
            transport=transport,
            events=events,
            redis=redis,
            pages=pages,
        )
    finally:
        await redis.aclose()


def _edge_settings(settings: Settings, signing_private_key: str) -> EdgeSettings:
    return EdgeSettings(
        signing_private_key=signing_private_key,
        secure_cookies=settings.secure_cookies,
        trusted_origins=frozenset({settings.public_url}),
        answering=AnsweringSettings(
            largest_body=settings.graphql_body_bytes,
            operation_seconds=settings.graphql_seconds,
            single_flight=settings.single_flight,
        ),
        limits=limits_of(settings.graphql_limits),
        trusted_documents=trusted_documents(settings.trusted_documents),
        only_trusted_documents=settings.only_trusted_documents,
        streams=StreamLimits(settings.streams_per_caller, settings.streams_per_address),
    )


@asynccontextmanager
async def gateway_app(settings: Settings) -> AsyncIterator[Starlette]:
    """The gateway that reaches the subgraphs and the consoles over HTTP."""
    missing = [name for name in SERVICES if name not in settings.subgraph_urls]
    if missing:
        raise MissingSettingError("PARTLINE_SUBGRAPH_URLS", f"the address of {', '.join(missing)}")
    urls = {name: f"{url.rstrip('/')}/graphql" for name, url in settings.subgraph_urls.items()}
    pages = ProxiedPages(settings.ui_url) if settings.ui_url else None
    events = HttpEventSource({name: SubscriptionAddress.of(url) for name, url in urls.items()})
    async with edge(settings, HttpTransport(urls), events, pages) as app:
        yield app
