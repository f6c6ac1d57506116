"""The accounts service on a database of its own, and callers with signed tokens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from shared.graphql import GraphQLEndpoint
from shared.identity import Identity, TokenSigner, TokenVerifier
from shared.service import Runtime
from shared.settings import Settings
from shared.storage import ObjectStorage
from subgraphs.accounts.main import create
from tests.integration.asking import Asking
from tests.integration.databases import migrated
from tests.runtimes import RefusingQueue
from tests.servers import PostgresServer


class Accounts(Asking):
    """The service, asked as the gateway asks it."""

    def __init__(self, runtime: Runtime, endpoint: GraphQLEndpoint, signer: TokenSigner) -> None:
        super().__init__(endpoint, signer)
        self.runtime = runtime


@asynccontextmanager
async def accounts_on(
    postgres: PostgresServer, *, private: str, public: str
) -> AsyncIterator[Accounts]:
    """The seeded service, which believes the gateway of that key pair."""
    database = await migrated(postgres, "accounts")
    settings = Settings(demo=True)
    runtime = Runtime(settings, database, ObjectStorage(settings), RefusingQueue())
    service = create(runtime)
    assert service.seed is not None
    await service.seed()
    endpoint = GraphQLEndpoint("accounts", service.schema, TokenVerifier(public), runtime)
    yield Accounts(runtime, endpoint, TokenSigner(private))
    await database.close()


def somebody(*roles: str, subject: UUID | None = None, scopes: tuple[str, ...] = ()) -> Identity:
    return Identity(subject=subject or uuid4(), roles=frozenset(roles), scopes=frozenset(scopes))
