"""Why installing is not possible, in sentences that say what to do."""

from __future__ import annotations


class BootstrapError(Exception):
    """Installing is not possible; the text says why and what to do."""


def say(sentence: str) -> None:
    """Tell what is going on."""
    print(f"partline: {sentence}", flush=True)
