"""Where a service in a process of its own finds what the others have committed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from partline.wiring.errors import MissingSettingError
from shared.messaging.journal import Journal
from shared.messaging.journal_http import HttpJournals
from shared.messaging.journal_key import ServiceKey
from shared.messaging.journal_sql import SqlJournal
from shared.service import Service
from shared.settings import Settings


@asynccontextmanager
async def journals_of(
    service: Service, settings: Settings, key: ServiceKey
) -> AsyncIterator[Mapping[str, Journal]]:
    """The journals of all producers that the consumers of `service` listen to.

    Its own, if it is among them, is read from its database. Raises MissingSettingError when
    another has no address.
    """
    producers = {name for consumer in service.consumers for name in consumer.producers}
    others = sorted(producers - {service.name})
    missing = [name for name in others if name not in settings.subgraph_urls]
    if missing:
        raise MissingSettingError("PARTLINE_SUBGRAPH_URLS", f"the address of {', '.join(missing)}")
    far = HttpJournals(settings.subgraph_urls, key)
    own = SqlJournal(service.name, service.runtime.database)
    try:
        yield {service.name: own, **{name: far.of(name) for name in others}}
    finally:
        await far.close()
