"""All apps in one process: the gateway calls the subgraphs and the consoles without a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from gateway.edge.event_sources.in_process import InProcessEventSource
from gateway.edge.pages.upstream import MountedPages
from gateway.edge.transport.in_process import InProcessTransport
from partline.wiring.background import background_of, running
from partline.wiring.durability import refuse_unsafe
from partline.wiring.edge import edge
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from partline.wiring.subgraph import endpoint_of
from shared.messaging.journal_sql import SqlJournal
from shared.settings import SERVICES, Settings
from ui.app import create_ui
from ui.gateway_client import GatewayClient


@asynccontextmanager
async def everything(settings: Settings) -> AsyncIterator[Starlette]:
    """The gateway's app with the seven services and the consoles behind it."""
    async with opened(settings) as resources:
        services = [create_service(name, resources) for name in SERVICES]
        endpoints = {service.name: endpoint_of(service, settings) for service in services}
        await refuse_unsafe(service.runtime.database for service in services)
        client = GatewayClient.in_process(settings.public_url)
        pages = MountedPages(create_ui(settings, client))
        journals = {s.name: SqlJournal(s.name, s.runtime.database) for s in services}
        works = [
            work for service in services for work in background_of(service, resources.bus, journals)
        ]
        transport, events = InProcessTransport(endpoints), InProcessEventSource(endpoints)
        async with edge(settings, transport, events, pages) as app, running(works):
            client.attach(app)
            yield app
