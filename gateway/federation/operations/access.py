"""What a caller may see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, as far as `@authenticated`, `@requiresScopes` and `@policy` want to know.

    The default is a stranger.
    """

    authenticated: bool = False
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()


STRANGER = Access()
