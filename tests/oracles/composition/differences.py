"""Where our composition differs from Apollo's on purpose, with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """`aspects` are those that differ: composes, errors, api, supergraph, hints."""

    aspects: tuple[str, ...]
    reason: str


DIFFERENCES: dict[str, Difference] = {}
