"""Beginning and ending sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import DomainError
from shared.identity import Identity
from shared.ids import new_id
from subgraphs.accounts.account.tables import AccountRow
from subgraphs.accounts.identity.grant import session_in
from subgraphs.accounts.identity.repository import remember_visitor
from subgraphs.accounts.secret import new_secret, secret_hash
from subgraphs.accounts.session.attempts import waiting_time
from subgraphs.accounts.session.repository import (
    delete_attempts_before,
    delete_sessions_ended_before,
    forget_attempts,
    insert_session,
    locked_attempts,
    revoke_session,
)

SESSION_LIFETIME = timedelta(days=30)
_ATTEMPTS_KEPT = timedelta(days=1)


class TooManyAttempts(DomainError):
    """Too many wrong passwords for one e-mail address in a short time."""

    code = "TOO_MANY_ATTEMPTS"


class WrongPassword(DomainError):
    """The e-mail address and the password do not belong together; which of both is not told."""

    code = "WRONG_PASSWORD"

    def __init__(self) -> None:
        super().__init__("E-mail address or password is not right. Check both and try again.")


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session just begun. `token` is told once and stored nowhere."""

    token: str
    expires_at: datetime
    account: AccountRow


async def note_attempt(session: AsyncSession, email: str) -> None:
    """Count a sign-in before its password is looked at, so that many at once count too.

    Raises `TooManyAttempts`; the refused attempt itself is not counted.
    """
    now = datetime.now(UTC)
    attempts = await locked_attempts(session, secret_hash(email), now)
    wait = waiting_time(attempts.failures, attempts.last_at, now)
    if wait > timedelta(0):
        seconds = int(wait.total_seconds()) + 1
        raise TooManyAttempts(
            f"Too many wrong passwords. Try again in {seconds} seconds.", retryAfter=seconds
        )
    attempts.failures += 1
    attempts.last_at = now
    await session.flush()


async def open_session(
    session: AsyncSession, account: AccountRow, identity: Identity
) -> OpenSession:
    """Begin a session for `account` in the browser that `identity` came from."""
    now = datetime.now(UTC)
    token, expires_at = new_secret(), now + SESSION_LIFETIME
    await forget_attempts(session, secret_hash(account.email))
    await delete_attempts_before(session, now - _ATTEMPTS_KEPT)
    await delete_sessions_ended_before(session, now)
    await insert_session(
        session,
        session_id=new_id(),
        token_hash=secret_hash(token),
        account_id=account.id,
        expires_at=expires_at,
    )
    if identity.has("visitor") and identity.subject != account.id:
        await remember_visitor(session, account.id, identity.subject)
    return OpenSession(token, expires_at, account)


async def close_session(session: AsyncSession, identity: Identity) -> bool:
    """Revoke the session that `identity` came with; False when it came with none."""
    session_id = session_in(identity.scopes)
    return session_id is not None and await revoke_session(session, session_id)
