"""Answers the gateway's one question: whom does this secret stand for?"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.accounts.account.repository import account_by_id
from subgraphs.accounts.api_key.repository import account_of_key
from subgraphs.accounts.identity.grant import Grant, grant_to_key, grant_to_person
from subgraphs.accounts.identity.repository import visitors_of
from subgraphs.accounts.secret import secret_hash
from subgraphs.accounts.session.repository import signed_in


async def grant_of_session(session: AsyncSession, token: str) -> Grant | None:
    """None for a token that is unknown, expired or revoked."""
    found = await signed_in(session, secret_hash(token))
    if found is None:
        return None
    account, opened = found
    return grant_to_person(
        account.id,
        account.name,
        account.email,
        tuple(account.roles),
        session_id=opened.id,
        visitors=await visitors_of(session, account.id),
    )


async def grant_of_key(session: AsyncSession, key: str) -> Grant | None:
    """None for a key that is unknown or revoked, or whose account is no partner any more."""
    account = await account_of_key(session, secret_hash(key))
    if account is None or "partner" not in account.roles:
        return None
    return grant_to_key(account.id, account.name, account.email, tuple(account.roles))


async def is_account(session: AsyncSession, visitor_id: UUID) -> bool:
    """Whether a visitor registered: its cookie must not open the account it has become."""
    return await account_by_id(session, visitor_id) is not None
