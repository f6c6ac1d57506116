"""Secrets that are shown once and stored only as a hash."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in a cookie or a header."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """What is stored. A plain SHA-256 serves: nobody can guess 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
