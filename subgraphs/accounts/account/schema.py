"""Accounts in the graph."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from shared.errors import Invalid
from shared.graphql import Info
from shared.identity import Identity, require
from shared.ids import new_id
from subgraphs.accounts.account.access import sees_account, sees_name
from subgraphs.accounts.account.password import hash_password
from subgraphs.accounts.account.registration import registration
from subgraphs.accounts.account.repository import account_by_id, accounts_by_id, find_accounts
from subgraphs.accounts.account.service import open_account
from subgraphs.accounts.account.tables import AccountRow

_MOST_ACCOUNTS = 200


@strawberry.enum
class Role(Enum):
    """What an account may do."""

    CUSTOMER = "CUSTOMER"
    PARTNER = "PARTNER"
    CRM = "CRM"
    OPERATOR = "OPERATOR"
    MANAGER = "MANAGER"


@federation.type(keys=["id"])
class Account:
    """A person or a partner who can sign in."""

    id: strawberry.ID
    name: str
    created_at: datetime
    email: str | None = strawberry.field(description="Seen by oneself, crm and managers.")
    roles: list[Role] = strawberry.field(description="Seen by oneself, crm and managers.")

    @classmethod
    def seen_by(cls, identity: Identity, row: AccountRow) -> Self | None:
        """What `identity` may see of the account; None when that is nothing."""
        if not sees_name(identity, row.id):
            return None
        whole = sees_account(identity, row.id)
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            created_at=row.created_at,
            email=row.email if whole else None,
            roles=[Role(role.upper()) for role in row.roles] if whole else [],
        )

    @classmethod
    def own(cls, row: AccountRow) -> Self:
        """The account as its owner sees it."""
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            created_at=row.created_at,
            email=row.email,
            roles=[Role(role.upper()) for role in row.roles],
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002
        try:
            account_id = UUID(id)
        except ValueError:
            return None

        async def load(ids: Sequence[UUID]) -> list[AccountRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await accounts_by_id(session, ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("accounts", load).load(account_id)
        return None if row is None else cls.seen_by(info.context.identity, row)


@strawberry.type
class AccountQuery:
    @strawberry.field(description="Who is signed in; null for a visitor.")
    async def me(self, info: Info) -> Account | None:
        identity = info.context.identity
        if identity.has("visitor", "gateway"):
            return None
        async with info.context.runtime.database.reading() as session:
            row = await account_by_id(session, identity.subject)
        return None if row is None else Account.own(row)

    @strawberry.field(description="Accounts, newest first. For crm and managers.")
    async def accounts(
        self, info: Info, role: Role | None = None, search: str | None = None, first: int = 50
    ) -> list[Account] | None:
        require(info.context.identity, "crm", "manager")
        if not 1 <= first <= _MOST_ACCOUNTS:
            raise Invalid(f"Ask for 1 to {_MOST_ACCOUNTS} accounts at a time.", "PAGE_SIZE")
        async with info.context.runtime.database.reading() as session:
            rows = await find_accounts(
                session,
                role=None if role is None else role.value.lower(),
                search=search,
                first=first,
            )
        return [Account.own(row) for row in rows]


@strawberry.type
class AccountMutation:
    @strawberry.mutation(description="Make an account with any roles. For managers.")
    async def create_account(
        self, info: Info, email: str, name: str, roles: list[Role], password: str
    ) -> Account:
        require(info.context.identity, "manager")
        wanted = registration(email, name, password, [role.value.lower() for role in roles])
        password_hash = await hash_password(wanted.password)
        async with info.context.runtime.database.transaction() as session:
            row = await open_account(session, wanted, password_hash, account_id=new_id())
        return Account.own(row)
