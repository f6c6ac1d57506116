"""What the gateway asks accounts about whoever calls."""

from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from shared.graphql import Info
from shared.identity import require
from subgraphs.accounts.identity.grant import Grant
from subgraphs.accounts.identity.service import grant_of_key, grant_of_session, is_account


@federation.type(inaccessible=True)
class IdentityGrant:
    """What the gateway writes into the token of whoever sent a session or a key."""

    subject: strawberry.ID
    also: list[strawberry.ID]
    roles: list[str]
    scopes: list[str]
    partner: strawberry.ID | None
    name: str
    email: str

    @classmethod
    def of(cls, grant: Grant) -> Self:
        return cls(
            subject=strawberry.ID(str(grant.subject)),
            also=[strawberry.ID(str(visitor)) for visitor in grant.also],
            roles=list(grant.roles),
            scopes=sorted(grant.scopes),
            partner=None if grant.partner is None else strawberry.ID(str(grant.partner)),
            name=grant.name,
            email=grant.email,
        )


@strawberry.type
class IdentityQuery:
    @federation.field(inaccessible=True, description="For the gateway: who is signed in.")
    async def session_identity(self, info: Info, token: str) -> IdentityGrant | None:
        require(info.context.identity, "gateway")
        async with info.context.runtime.database.reading() as session:
            grant = await grant_of_session(session, token)
        return None if grant is None else IdentityGrant.of(grant)

    @federation.field(inaccessible=True, description="For the gateway: whose key this is.")
    async def api_key_identity(self, info: Info, key: str) -> IdentityGrant | None:
        require(info.context.identity, "gateway")
        async with info.context.runtime.database.transaction() as session:
            grant = await grant_of_key(session, key)
        return None if grant is None else IdentityGrant.of(grant)

    @federation.field(inaccessible=True, description="For the gateway: has a visitor registered?")
    async def visitor_is_account(self, info: Info, visitor: strawberry.ID) -> bool:
        require(info.context.identity, "gateway")
        async with info.context.runtime.database.reading() as session:
            return await is_account(session, UUID(visitor))
