"""What the bearer token of a request grants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from gateway.edge.refusal import Refusal
from gateway.federation.operations.access import STRANGER, Access

_LEEWAY_SECONDS = 5
_LONGEST_TOKEN = 16 * 1024
_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512", "secp256k1": "ES256K"}
_SECRET = frozenset({"HS256", "HS384", "HS512"})


class UnusableKey(ValueError):
    """What is given as keys cannot verify any token."""


@dataclass(frozen=True, slots=True)
class _Key:
    id: str | None
    key: Any
    algorithms: frozenset[str]


class BearerTokens:
    """Verifies JSON Web Tokens with public keys that are at hand; asks nobody.

    Only the algorithms that fit a key are believed, whatever a token says of itself. `exp` and
    `nbf` are checked where they are there; `issuer` and `audience` when they are wanted.
    """

    def __init__(
        self, keys: Iterable[_Key], issuer: str | None = None, audience: str | None = None
    ) -> None:
        self._keys = tuple(keys)
        self._issuer = issuer
        self._audience = audience

    @classmethod
    def of(
        cls, text: str, *, issuer: str | None = None, audience: str | None = None
    ) -> BearerTokens:
        """From the text of a key file: a public key or certificate as PEM, or a JWK set.

        Raises UnusableKey.
        """
        keys = _from_pem(text) if "-----BEGIN" in text else _from_jwks(text)
        return cls(keys, issuer, audience)

    def access(self, authorization: str | None) -> Access:
        """What the Authorization header grants; a stranger's access without a bearer token.

        Raises `Refusal` for a token that is not valid: who shows one wants to be known.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return STRANGER
        return Access.of_claims(self._claims(token.strip()))

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _LONGEST_TOKEN:
            raise _refusal("it is too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise _refusal("it is not a JSON Web Token") from error
        reason = "it is signed with a key that is not known here"
        for key in self._fitting(header):
            try:
                claims: dict[str, Any] = jwt.decode(
                    token,
                    key.key,
                    algorithms=sorted(key.algorithms),
                    issuer=self._issuer,
                    audience=self._audience,
                    leeway=_LEEWAY_SECONDS,
                    options={"verify_aud": self._audience is not None},
                )
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError as error:
                raise _refusal("it has expired") from error
            except jwt.PyJWTError as error:
                raise _refusal("it is not meant for here, or not yet valid") from error
            return claims
        raise _refusal(reason)

    def _fitting(self, header: dict[str, Any]) -> Iterable[_Key]:
        algorithm, identity = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str):
            return ()
        return (
            key
            for key in self._keys
            if algorithm in key.algorithms
            and (identity is None or key.id is None or key.id == identity)
        )


def _refusal(reason: str) -> Refusal:
    return Refusal(
        401,
        "UNAUTHENTICATED",
        f"The bearer token is not accepted: {reason}. Get a new one, or leave it out.",
        {"www-authenticate": 'Bearer error="invalid_token"'},
    )


def _from_pem(text: str) -> list[_Key]:
    data = text.encode()
    try:
        if "BEGIN CERTIFICATE" in text:
            key: Any = load_pem_x509_certificate(data).public_key()
        else:
            key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey(
            "The key file has no public key that can be read. Give a public key or certificate as "
            "PEM, or a JWK set; a private key is not needed."
        ) from error
    algorithms = _algorithms_of(key)
    if not algorithms:
        raise UnusableKey("The key is of a kind that signs no tokens. Use RSA, EC or Ed25519.")
    return [_Key(None, key, algorithms)]


def _from_jwks(text: str) -> list[_Key]:
    try:
        entries = orjson.loads(text)["keys"]
        keys = [one for entry in entries if (one := _from_jwk(dict(entry))) is not None]
    except (orjson.JSONDecodeError, jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise UnusableKey(
            "The key file is neither PEM nor a JWK set that can be read. Give a public key as PEM, "
            'or JSON like {"keys": [{"kty": "OKP", …}]}.'
        ) from error
    if not keys:
        raise UnusableKey("The JWK set has no key that verifies signatures.")
    return keys


def _from_jwk(entry: dict[str, Any]) -> _Key | None:
    if entry.get("use", "sig") != "sig":
        return None
    if entry["kty"] == "oct":
        own = frozenset({str(entry["alg"])}) & _SECRET if "alg" in entry else _SECRET
        key = jwt.PyJWK(entry, algorithm=min(own)).key if own else None
        return None if key is None else _Key(entry.get("kid"), key, own)
    read = jwt.PyJWK(entry).key
    public = read.public_key() if hasattr(read, "public_key") else read
    possible = _algorithms_of(public)
    own = possible & {str(entry["alg"])} if "alg" in entry else possible
    return _Key(entry.get("kid"), public, own) if own else None


def _algorithms_of(key: object) -> frozenset[str]:
    if isinstance(key, RSAPublicKey):
        return _RSA
    if isinstance(key, EllipticCurvePublicKey):
        algorithm = _CURVES.get(key.curve.name)
        return frozenset({algorithm}) if algorithm else frozenset()
    return (
        frozenset({"EdDSA"}) if isinstance(key, Ed25519PublicKey | Ed448PublicKey) else frozenset()
    )
