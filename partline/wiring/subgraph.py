"""One service in a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from partline.wiring.background import background_of, running
from partline.wiring.durability import refuse_unsafe
from partline.wiring.errors import MissingSettingError
from partline.wiring.journals import journals_of
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from shared.graphql.app import subgraph_app
from shared.graphql.endpoint import GraphQLEndpoint
from shared.identity import TokenVerifier
from shared.messaging.journal_endpoint import journal_routes
from shared.messaging.journal_key import ServiceKey
from shared.messaging.journal_sql import SqlJournal
from shared.service import Service
from shared.settings import Settings


def endpoint_of(service: Service, settings: Settings) -> GraphQLEndpoint:
    """The GraphQL of a service, which believes what the gateway signed and nothing else."""
    if settings.signing_public_key is None:
        raise MissingSettingError(
            "PARTLINE_SIGNING_PUBLIC_KEY", "the key that proves that the gateway is calling"
        )
    verifier = TokenVerifier(settings.signing_public_key)
    return GraphQLEndpoint(service.name, service.schema, verifier, service.runtime)


@asynccontextmanager
async def single_subgraph(name: str, settings: Settings) -> AsyncIterator[Starlette]:
    """The app of service `name`, with its relay, consumers and background work running."""
    if settings.service_key is None:
        raise MissingSettingError(
            "PARTLINE_SERVICE_KEY", "the secret by which services know each other"
        )
    key = ServiceKey(settings.service_key)
    async with opened(settings) as resources:
        service = create_service(name, resources)
        endpoint = endpoint_of(service, settings)
        await refuse_unsafe([service.runtime.database])
        own = SqlJournal(name, service.runtime.database)
        async with (
            journals_of(service, settings, key) as journals,
            running(background_of(service, resources.bus, journals)),
        ):
            app = subgraph_app(endpoint)
            app.routes.extend(journal_routes(name, own, key))
            app.state.close_streams = resources.hub.close
            yield app
