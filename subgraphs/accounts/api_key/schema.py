"""API keys in the graph."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.types import IDEMPOTENCY_KEY
from subgraphs.accounts.api_key.repository import keys_of
from subgraphs.accounts.api_key.service import create_key_once, require_key_owner, revoke
from subgraphs.accounts.api_key.tables import ApiKeyRow


@strawberry.type
class ApiKey:
    """A key for a partner's programs, known by its first letters."""

    id: strawberry.ID
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ApiKeyRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            prefix=row.prefix,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )


@strawberry.type
class CreatedApiKey:
    """A new key. `key` is told this once and can never be read again."""

    key: str
    api_key: ApiKey


@strawberry.type
class ApiKeyQuery:
    @strawberry.field(description="One's own keys, newest first. For partners.")
    async def api_keys(self, info: Info) -> list[ApiKey] | None:
        identity = info.context.identity
        require_key_owner(identity)
        async with info.context.runtime.database.reading() as session:
            return [ApiKey.of(row) for row in await keys_of(session, identity.subject)]


@strawberry.type
class ApiKeyMutation:
    @strawberry.mutation(description="Make a key. For partners who are signed in.")
    async def create_api_key(
        self,
        info: Info,
        name: str,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> CreatedApiKey:
        identity = info.context.identity
        async with info.context.runtime.database.transaction() as session:
            key, row = await create_key_once(session, identity, name, idempotency_key)
        return CreatedApiKey(key=key, api_key=ApiKey.of(row))

    @strawberry.mutation(description="Close a key for ever.")
    async def revoke_api_key(self, info: Info, id: strawberry.ID) -> ApiKey:  # noqa: A002
        try:
            key_id = UUID(id)
        except ValueError as error:
            raise NotFound("There is no such API key. Look at the list of your keys.") from error
        async with info.context.runtime.database.transaction() as session:
            return ApiKey.of(await revoke(session, info.context.identity, key_id))
