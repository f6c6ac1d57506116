"""Passwords as argon2id hashes, computed in threads so that the event loop stays free."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = 4
_places = asyncio.Semaphore(_AT_ONCE)
_NOBODYS_HASH = _hasher.hash("the password of nobody at all")


async def hash_password(password: str) -> str:
    """The hash to store; includes its salt and parameters."""
    async with _places:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password: str, stored: str | None) -> bool:
    """Whether `password` belongs to the hash `stored`.

    Without a stored hash (an unknown e-mail address) the same work is done and the answer is
    no, so the time taken does not tell whether an account exists.
    """
    async with _places:
        matches = await asyncio.to_thread(_verify, stored or _NOBODYS_HASH, password)
    return matches and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
