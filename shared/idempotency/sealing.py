"""Secrets in answers: kept so that only who holds the idempotency key can read them again.

The table then holds a hash of the key alone (`hidden`), so whoever reads the database reads no
secret; that is as true as the key is hard to guess, hence its least length.
"""

import hashlib
import secrets
from base64 import b64decode, b64encode
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import Invalid

SHORTEST_KEY = 20
_NONCE_BYTES = 12


def hidden(key: str | None) -> str | None:
    """What is claimed instead of a key that seals. Raises Invalid IDEMPOTENCY_KEY for one that
    could be guessed."""
    if key is None:
        return None
    if len(key) < SHORTEST_KEY:
        raise Invalid(
            f"The answer holds a secret: send a random idempotency key of at least {SHORTEST_KEY} "
            "characters, such as a UUID.",
            "IDEMPOTENCY_KEY",
        )
    return hashlib.sha256(key.encode()).hexdigest()


def seal(secret: str, key: str, owner: UUID) -> str:
    """`secret` as it may be stored."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_key(key, owner)).encrypt(nonce, secret.encode(), owner.bytes)
    return b64encode(nonce + sealed).decode()


def unseal(sealed: str, key: str, owner: UUID) -> str:
    """What was sealed with the same key for the same owner."""
    raw = b64decode(sealed)
    opened = AESGCM(_key(key, owner)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.bytes)
    return opened.decode()


def _key(key: str, owner: UUID) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=owner.bytes, info=b"partline answer")
    return derived.derive(key.encode())
