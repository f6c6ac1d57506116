"""Who is asking: the signed, short-lived token between the gateway and the subgraphs."""

import time
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from shared.errors import Forbidden, SignInRequired

Role = Literal["visitor", "customer", "partner", "crm", "operator", "manager", "gateway"]
STAFF: tuple[Role, ...] = ("crm", "operator", "manager")
ROLES: frozenset[str] = frozenset(get_args(Role))

TOKEN_SECONDS = 60
_ALGORITHM = "EdDSA"
_AUDIENCE = "partline-subgraph"
_LEEWAY_SECONDS = 5
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Identity:
    """`subject` is an account or a visitor; `also` are the visitors that the account was before."""

    subject: UUID
    roles: frozenset[str]
    also: frozenset[UUID] = frozenset()
    scopes: frozenset[str] = frozenset()
    partner: UUID | None = None
    name: str = ""
    email: str = ""

    def has(self, *roles: Role) -> bool:
        """Whether any of `roles` is held."""
        return not self.roles.isdisjoint(roles)

    def owns(self, owner: UUID | None) -> bool:
        """Whether what belongs to `owner` belongs to this caller."""
        return owner is not None and (
            owner == self.subject or owner in self.also or owner == self.partner
        )

    @property
    def owners(self) -> tuple[UUID, ...]:
        """Every id under which this caller may own something."""
        partner = () if self.partner is None else (self.partner,)
        return tuple(dict.fromkeys((self.subject, *sorted(self.also), *partner)))


def require(identity: Identity, *roles: Role) -> None:
    """Let through whoever holds one of `roles`.

    Raises SignInRequired for a visitor and Forbidden for anybody else.
    """
    if identity.has(*roles):
        return
    wanted = " or ".join(roles)
    if identity.roles <= {"visitor"}:
        raise SignInRequired(f"Please sign in with an account that is {wanted}.")
    raise Forbidden(f"This needs the role {wanted}. Ask a manager if you should have it.")


class InvalidToken(Exception):
    """The token is missing, forged, expired or meant for somebody else."""


class TokenSigner:
    """Held by the gateway alone: turns an identity into a token that lives for a minute."""

    def __init__(self, private_key: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))

    def sign(self, identity: Identity, *, now: float | None = None) -> str:
        issued = int(time.time() if now is None else now)
        claims: dict[str, Any] = {
            "sub": str(identity.subject),
            "aud": _AUDIENCE,
            "iat": issued,
            "exp": issued + TOKEN_SECONDS,
            "roles": sorted(identity.roles),
            "also": sorted(str(i) for i in identity.also),
            "scopes": sorted(identity.scopes),
            "partner": str(identity.partner) if identity.partner else None,
            "name": identity.name,
            "email": identity.email,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)


class TokenVerifier:
    """Held by every subgraph: believes nothing but what the gateway signed.

    One request makes many calls with one token, so verified tokens are remembered while they live.
    """

    def __init__(self, public_key: str) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        self._verified: dict[str, tuple[Identity, float]] = {}

    def verify(self, token: str | None) -> Identity:
        """The identity in `token`; raises InvalidToken."""
        if not token:
            raise InvalidToken("no token")
        identity, expires = self._verified.get(token, (None, 0.0))
        if identity is None or expires <= time.time():
            identity, expires = self._check(token)
            if len(self._verified) >= _REMEMBERED:
                self._verified.clear()
            self._verified[token] = (identity, expires)
        return identity

    def _check(self, token: str) -> tuple[Identity, float]:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud"]},
            )
            identity = Identity(
                subject=UUID(claims["sub"]),
                roles=frozenset(claims["roles"]) & ROLES,
                also=frozenset(UUID(i) for i in claims["also"]),
                scopes=frozenset(claims["scopes"]),
                partner=UUID(claims["partner"]) if claims["partner"] else None,
                name=str(claims["name"]),
                email=str(claims["email"]),
            )
            return identity, float(claims["exp"]) + _LEEWAY_SECONDS
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise InvalidToken(str(error)) from error


def new_key_pair() -> tuple[str, str]:
    """A fresh Ed25519 (private, public) pair, each the hexadecimal of its 32 bytes."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex(),
        private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
    )
