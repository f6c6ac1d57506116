"""Claiming an idempotency key in the transaction of the effect: both are there, or neither."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Invalid
from shared.idempotency.tables import idempotency_key

LONGEST_KEY = 200
# As text, since SQLAlchemy compiles an "on conflict" anew each time.
_CLAIM = sa.text("""
    insert into idempotency_key (owner, operation, key, body_hash)
    values (:owner, :operation, :key, :body_hash) on conflict do nothing returning key
""")
_KEEP = sa.text("""
    update idempotency_key set answer = cast(:answer as jsonb)
    where owner = :owner and operation = :operation and key = :key
""")


@dataclass(frozen=True)
class Claim:
    """`answer` is what the same command led to before; None: it is the first, do it and `keep`."""

    answer: Mapping[str, str] | None = None
    _session: AsyncSession | None = field(default=None, repr=False)
    _row: tuple[UUID, str, str] | None = None

    async def keep(self, answer: Mapping[str, str]) -> None:
        """What the command led to: ids to find it by, and never a secret in the clear."""
        if self._session is None or self._row is None:
            return
        owner, operation, key = self._row
        row = {"owner": owner, "operation": operation, "key": key}
        await self._session.execute(_KEEP, row | {"answer": orjson.dumps(dict(answer)).decode()})


async def claim(
    session: AsyncSession, owner: UUID, operation: str, key: str | None, body_hash: str
) -> Claim:
    """Claim `key` for this command; the first statement of its transaction.

    Another transaction with the same key waits until this one ends. Without a key every command is
    the first. Raises Invalid IDEMPOTENCY_KEY for an empty or too long key, and Conflict
    IDEMPOTENCY_KEY_REUSED for one that was sent with another body.
    """
    if key is None:
        return Claim()
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(
            f"Give each new command an idempotency key of 1 to {LONGEST_KEY} characters, such as "
            "a UUID, and repeat it when you retry.",
            "IDEMPOTENCY_KEY",
        )
    row = (owner, operation, key)
    if await claim_key(session, *row, body_hash):
        return Claim(None, session, row)
    query = sa.select(idempotency_key.c.body_hash, idempotency_key.c.answer).where(_is(*row))
    earlier = (await session.execute(query)).one()
    if earlier.body_hash != body_hash:
        raise Conflict(
            "This idempotency key was used with another content. Send a new command with a new "
            "key, or the same content to repeat the old one.",
            "IDEMPOTENCY_KEY_REUSED",
            **{name: value for name, value in (earlier.answer or {}).items() if _is_id(name)},
        )
    return Claim(earlier.answer or {})


async def claim_key(
    session: AsyncSession, owner: UUID, operation: str, key: str, body_hash: str
) -> bool:
    """Whether the key is new. Two at once take turns: the later one waits for the earlier."""
    row = {"owner": owner, "operation": operation, "key": key, "body_hash": body_hash}
    return (await session.scalar(_CLAIM, row)) is not None


def hash_of(body: Mapping[str, object]) -> str:
    """SHA-256 of a command's content."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def _is_id(name: str) -> bool:
    return name.endswith("Id")


def _is(owner: UUID, operation: str, key: str) -> sa.ColumnElement[bool]:
    columns = idempotency_key.c
    return sa.and_(columns.owner == owner, columns.operation == operation, columns.key == key)
