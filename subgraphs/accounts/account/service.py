"""Opening accounts."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict
from shared.identity import Identity
from shared.ids import new_id
from shared.messaging.events import AccountRegistered
from shared.messaging.outbox import publish
from subgraphs.accounts.account.registration import Registration
from subgraphs.accounts.account.repository import account_by_email, insert_account
from subgraphs.accounts.account.tables import AccountRow


async def open_account(
    session: AsyncSession, wanted: Registration, password_hash: str, *, account_id: UUID
) -> AccountRow:
    """Make the account and tell the other services.

    A taken `account_id` is replaced by a new one. Raises `Conflict` when the e-mail address
    already has an account.
    """
    for candidate in (account_id, new_id()):
        row = await insert_account(
            session,
            account_id=candidate,
            email=wanted.email,
            name=wanted.name,
            roles=wanted.roles,
            password_hash=password_hash,
        )
        if row is not None:
            await _announce(session, row)
            return row
        if await account_by_email(session, wanted.email) is not None:
            break
    raise Conflict(
        "There is already an account with this e-mail address. Sign in instead.", "EMAIL_TAKEN"
    )


def own_id_of(identity: Identity) -> UUID:
    """The id for the account of whoever registers: a visitor keeps the one it has."""
    return identity.subject if identity.has("visitor") else new_id()


async def _announce(session: AsyncSession, account: AccountRow) -> None:
    event = AccountRegistered(
        account_id=account.id, email=account.email, name=account.name, roles=tuple(account.roles)
    )
    await publish(
        session,
        event,
        aggregate_type="account",
        aggregate_id=account.id,
        correlation_id=account.id,
        actor=account.name,
    )
