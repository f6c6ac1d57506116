"""Signing in and out, in the graph."""

from datetime import datetime
from typing import Self

import strawberry

from shared.graphql import Info
from subgraphs.accounts.account.password import hash_password, password_matches
from subgraphs.accounts.account.registration import normalised_email, registration
from subgraphs.accounts.account.repository import account_by_email
from subgraphs.accounts.account.schema import Account
from subgraphs.accounts.account.service import open_account, own_id_of
from subgraphs.accounts.session.service import (
    OpenSession,
    WrongPassword,
    close_session,
    note_attempt,
    open_session,
)


@strawberry.type
class Session:
    """A session just begun. The token belongs into the cookie `partline_session`."""

    token: str
    expires_at: datetime
    account: Account

    @classmethod
    def of(cls, opened: OpenSession) -> Self:
        return cls(
            token=opened.token, expires_at=opened.expires_at, account=Account.own(opened.account)
        )


@strawberry.type
class SessionMutation:
    @strawberry.mutation(description="Make an account for a customer, and sign in.")
    async def register(self, info: Info, email: str, name: str, password: str) -> Session:
        identity, database = info.context.identity, info.context.runtime.database
        wanted = registration(email, name, password)
        password_hash = await hash_password(wanted.password)
        async with database.transaction() as session:
            row = await open_account(session, wanted, password_hash, account_id=own_id_of(identity))
            return Session.of(await open_session(session, row, identity))

    @strawberry.mutation(description="Begin a session of 30 days.")
    async def sign_in(self, info: Info, email: str, password: str) -> Session:
        identity, database = info.context.identity, info.context.runtime.database
        email = normalised_email(email)
        # The attempt is committed before the password is looked at: a refusal must not undo it.
        async with database.transaction() as session:
            await note_attempt(session, email)
            row = await account_by_email(session, email)
        if not await password_matches(password, row.password_hash if row else None) or row is None:
            raise WrongPassword
        async with database.transaction() as session:
            return Session.of(await open_session(session, row, identity))

    @strawberry.mutation(description="End this session; false when there was none.")
    async def sign_out(self, info: Info) -> bool:
        async with info.context.runtime.database.transaction() as session:
            return await close_session(session, info.context.identity)
