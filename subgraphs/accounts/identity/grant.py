"""What an account may do, as the gateway is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

MANAGE_ACCOUNT = "account:manage"
READ_ORDERS = "orders:read"
WRITE_ORDERS = "orders:write"
_SESSION = "session:"

_OF_A_KEY = frozenset({READ_ORDERS, WRITE_ORDERS})
_OF_A_PERSON = _OF_A_KEY | {MANAGE_ACCOUNT}


@dataclass(frozen=True, slots=True)
class Grant:
    """Who a session or a key stands for, and with which rights."""

    subject: UUID
    also: tuple[UUID, ...]
    roles: tuple[str, ...]
    scopes: frozenset[str]
    partner: UUID | None
    name: str
    email: str


def grant_to_person(
    account_id: UUID,
    name: str,
    email: str,
    roles: tuple[str, ...],
    *,
    session_id: UUID,
    visitors: tuple[UUID, ...],
) -> Grant:
    """For somebody who signed in; what they made as one of `visitors` before stays theirs.

    The session's id is among the scopes, so that signing out can end this very session.
    """
    scopes = _OF_A_PERSON | {f"{_SESSION}{session_id}"}
    return Grant(account_id, visitors, roles, scopes, _partner(account_id, roles), name, email)


def session_in(scopes: Iterable[str]) -> UUID | None:
    """The session that a grant came from; None for a key and for a visitor."""
    ids = (scope.removeprefix(_SESSION) for scope in scopes if scope.startswith(_SESSION))
    return next((UUID(session_id) for session_id in ids), None)


def grant_to_key(account_id: UUID, name: str, email: str, roles: tuple[str, ...]) -> Grant:
    """For a program: only what a partner may, whatever else the account is."""
    kept = tuple(role for role in roles if role == "partner")
    return Grant(account_id, (), kept, _OF_A_KEY, _partner(account_id, roles), name, email)


def _partner(account_id: UUID, roles: tuple[str, ...]) -> UUID | None:
    return account_id if "partner" in roles else None
