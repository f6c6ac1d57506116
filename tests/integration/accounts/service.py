"""The accounts service on a database of its own, and callers with signed tokens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson

from shared.graphql import GraphQLEndpoint
from shared.identity import Identity, TokenSigner, TokenVerifier
from shared.service import Runtime
from shared.settings import Settings
from shared.storage import ObjectStorage
from subgraphs.accounts.main import create
from tests.integration.databases import migrated
from tests.runtimes import RefusingQueue
from tests.servers import PostgresServer


@dataclass(frozen=True)
class Accounts:
    """The service, asked as the gateway asks it."""

    runtime: Runtime
    endpoint: GraphQLEndpoint
    signer: TokenSigner

    async def ask(self, identity: Identity, query: str, **variables: object) -> dict[str, Any]:
        """The whole GraphQL answer."""
        body = orjson.dumps({"query": query, "variables": variables})
        answer = await self.endpoint.answer(body, self.signer.sign(identity), "a-request")
        assert answer.status == 200
        whole: dict[str, Any] = orjson.loads(answer.body)
        return whole

    async def data(self, identity: Identity, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(identity, query, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def code(self, identity: Identity, query: str, **variables: object) -> str:
        """The code of the one error of an answer."""
        answer = await self.ask(identity, query, **variables)
        (error,) = answer["errors"]
        code: str = error["extensions"]["code"]
        return code


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
