"""Making and revoking API keys."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.idempotency.sealing import hidden, seal, unseal
from shared.identity import Identity, require
from shared.ids import new_id
from subgraphs.accounts.api_key.repository import (
    count_open_keys,
    find_key,
    insert_key,
    revoke_key,
)
from subgraphs.accounts.api_key.tables import ApiKeyRow
from subgraphs.accounts.identity.grant import MANAGE_ACCOUNT
from subgraphs.accounts.secret import new_secret, secret_hash

KEY_PREFIX = "plk_"
MOST_OPEN_KEYS = 20
_SHOWN = len(KEY_PREFIX) + 6


def require_key_owner(identity: Identity) -> None:
    """Keys are for partners, and looked after by a person: no key makes or lists keys."""
    require(identity, "partner")
    if MANAGE_ACCOUNT not in identity.scopes:
        raise Forbidden("An API key cannot look after API keys. Sign in with the account.")


async def create_key(session: AsyncSession, identity: Identity, name: str) -> tuple[str, ApiKeyRow]:
    """The key itself, which is never shown again, and its row."""
    require_key_owner(identity)
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise Invalid("Give the key a name of 1 to 80 characters.", "NAME_INVALID")
    if await count_open_keys(session, identity.subject) >= MOST_OPEN_KEYS:
        raise Conflict(
            f"There are {MOST_OPEN_KEYS} keys already. Revoke one that is no longer used.",
            "TOO_MANY_KEYS",
        )
    key = KEY_PREFIX + new_secret()
    row = await store_key(session, key, account_id=identity.subject, name=name)
    if row is None:
        raise Conflict("Try again to get another key.", "KEY_TAKEN")
    return key, row


async def create_key_once(
    session: AsyncSession, identity: Identity, name: str, idempotency_key: str | None
) -> tuple[str, ApiKeyRow]:
    """As `create_key`; with an idempotency key that was sent before, the same API key. It is kept
    sealed with that key, of which only a hash is kept, so the database alone tells no API key.

    Raises what `claim` raises besides, and Invalid IDEMPOTENCY_KEY for one that could be guessed.
    """
    require_key_owner(identity)
    owner, body = identity.subject, hash_of({"name": name})
    claimed = await claim(session, owner, "createApiKey", hidden(idempotency_key), body)
    if claimed.answer is not None and idempotency_key is not None:
        row = await find_key(session, UUID(claimed.answer["apiKeyId"]), owner)
        if row is None:
            raise NotFound("There is no such API key. Look at the list of your keys.")
        return unseal(claimed.answer["sealed"], idempotency_key, owner), row
    key, row = await create_key(session, identity, name)
    if idempotency_key is not None:
        sealed = seal(key, idempotency_key, owner)
        await claimed.keep({"apiKeyId": str(row.id), "sealed": sealed})
    return key, row


async def store_key(
    session: AsyncSession, key: str, *, account_id: UUID, name: str
) -> ApiKeyRow | None:
    """Keep the hash of `key`; None when it is kept already."""
    return await insert_key(
        session,
        key_id=new_id(),
        account_id=account_id,
        name=name,
        prefix=key[:_SHOWN],
        key_hash=secret_hash(key),
    )


async def revoke(session: AsyncSession, identity: Identity, key_id: UUID) -> ApiKeyRow:
    """Close one of the caller's keys; closing it again changes nothing."""
    require_key_owner(identity)
    row = await revoke_key(session, key_id, identity.subject)
    if row is None:
        raise NotFound("There is no such API key. Look at the list of your keys.")
    return row
