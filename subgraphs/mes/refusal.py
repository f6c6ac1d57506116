"""Why there is no price, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A stable code, and a sentence that says what can be chosen or done instead."""

    code: str
    message: str
