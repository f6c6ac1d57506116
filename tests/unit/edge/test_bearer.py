"""Bearer tokens grant what their claims say, and only when a known key has signed them."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from gateway.edge.graphql.bearer import BearerTokens, UnusableKey
from gateway.edge.refusal import Refusal
from gateway.federation import Access

KEYS: dict[str, Any] = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
CLAIMS = {"sub": "ada", "scope": "read write", "policies": ["p"]}
GRANTED = Access(True, frozenset({"read", "write"}), frozenset({"p"}))


def pem(algorithm: str) -> str:
    public = KEYS[algorithm].public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def jwk(algorithm: str, **more: Any) -> dict[str, Any]:
    implementation = jwt.get_algorithm_by_name(algorithm)
    text = implementation.to_jwk(KEYS[algorithm].public_key())  # type: ignore[attr-defined]
    return json.loads(text) | more


def jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": list(keys)})


def signed(algorithm: str, claims: dict[str, Any] | None = None, **header: Any) -> str:
    token = jwt.encode(claims or CLAIMS, KEYS[algorithm], algorithm, headers=header or None)
    return f"Bearer {token}"


def refusal(tokens: BearerTokens, authorization: str) -> str:
    with pytest.raises(Refusal) as raised:
        tokens.access(authorization)
    assert raised.value.status == 401
    assert raised.value.headers["www-authenticate"].startswith("Bearer")
    return raised.value.message


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_is_verified_with_a_public_key_as_pem(algorithm: str) -> None:
    assert BearerTokens.of(pem(algorithm)).access(signed(algorithm)) == GRANTED


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_is_verified_with_a_set_of_keys(algorithm: str) -> None:
    tokens = BearerTokens.of(jwks(*(jwk(name, kid=name) for name in KEYS)))
    assert tokens.access(signed(algorithm, kid=algorithm)) == GRANTED
    assert tokens.access(signed(algorithm)) == GRANTED
    assert "not known here" in refusal(tokens, signed(algorithm, kid="other"))


def test_without_a_bearer_token_everyone_is_a_stranger() -> None:
    tokens = BearerTokens.of(pem("EdDSA"))
    for authorization in (None, "", "Basic YTpi", "bearerx y"):
        assert tokens.access(authorization) == Access()


def test_a_token_of_another_key_is_refused() -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    token = jwt.encode(CLAIMS, other, "EdDSA")
    assert "not known here" in refusal(BearerTokens.of(pem("EdDSA")), f"Bearer {token}")


def test_a_token_cannot_choose_how_it_is_verified() -> None:
    tokens = BearerTokens.of(pem("RS256"))
    unsigned = jwt.encode(CLAIMS, None, algorithm="none")
    assert refusal(tokens, f"Bearer {unsigned}")
    # The public key, which everybody has, taken for a shared secret.
    header, claims = (
        jwt.utils.base64url_encode(json.dumps(part).encode()).decode()
        for part in ({"alg": "HS256", "typ": "JWT"}, CLAIMS)
    )
    mac = jwt.get_algorithm_by_name("HS256").sign(
        f"{header}.{claims}".encode(), pem("RS256").encode()
    )
    forged = f"{header}.{claims}.{jwt.utils.base64url_encode(mac).decode()}"
    assert "not known here" in refusal(tokens, f"Bearer {forged}")


@pytest.mark.parametrize("algorithm", [{}, ["EdDSA"], None, 1, "none", "EDDSA"])
def test_what_is_no_algorithm_is_refused(algorithm: object) -> None:
    header = jwt.utils.base64url_encode(json.dumps({"alg": algorithm}).encode()).decode()
    assert refusal(BearerTokens.of(pem("EdDSA")), f"Bearer {header}.e30.e30")


def test_a_token_is_good_only_in_its_time() -> None:
    tokens, now = BearerTokens.of(pem("EdDSA")), int(time.time())
    assert tokens.access(signed("EdDSA", CLAIMS | {"exp": now + 60, "nbf": now - 60})) == GRANTED
    assert "expired" in refusal(tokens, signed("EdDSA", CLAIMS | {"exp": now - 60}))
    assert "not yet valid" in refusal(tokens, signed("EdDSA", CLAIMS | {"nbf": now + 60}))


def test_issuer_and_audience_are_checked_when_they_are_wanted() -> None:
    meant = CLAIMS | {"iss": "us", "aud": "graph"}
    assert BearerTokens.of(pem("EdDSA")).access(signed("EdDSA", meant)) == GRANTED
    tokens = BearerTokens.of(pem("EdDSA"), issuer="us", audience="graph")
    assert tokens.access(signed("EdDSA", meant)) == GRANTED
    for wrong in (CLAIMS, meant | {"iss": "them"}, meant | {"aud": "other"}):
        assert "not meant for here" in refusal(tokens, signed("EdDSA", wrong))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "." * 50, "é", "a" * 100_000])
def test_rubbish_is_refused(token: str) -> None:
    assert refusal(BearerTokens.of(pem("EdDSA")), f"Bearer {token}")


def test_a_shared_secret_may_stand_in_a_set() -> None:
    secret = "0123456789abcdef0123456789abcdef"
    entry = {"kty": "oct", "k": jwt.utils.base64url_encode(secret.encode()).decode()}
    tokens = BearerTokens.of(jwks(entry | {"alg": "HS256"}, jwk("RS256")))
    token = jwt.encode(CLAIMS, secret, "HS256")
    assert tokens.access(f"Bearer {token}") == GRANTED
    assert refusal(tokens, f"Bearer {jwt.encode(CLAIMS, secret * 2, 'HS512')}")


def test_keys_for_other_uses_are_left_alone() -> None:
    tokens = BearerTokens.of(jwks(jwk("RS256", use="enc"), jwk("EdDSA", use="sig")))
    assert tokens.access(signed("EdDSA")) == GRANTED
    assert refusal(tokens, signed("RS256"))
    restricted = BearerTokens.of(jwks(jwk("RS256", alg="RS512")))
    assert refusal(restricted, signed("RS256"))


def private() -> str:
    made = KEYS["EdDSA"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return str(made.decode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "[]",
        '{"keys": []}',
        '{"keys": [{"kty": "RSA"}]}',
        '{"keys": [7]}',
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        private(),
        jwks(jwk("RS256", use="enc")),
    ],
)
def test_a_file_without_a_usable_key_is_told_at_once(text: str) -> None:
    with pytest.raises(UnusableKey, match="key"):
        BearerTokens.of(text)
