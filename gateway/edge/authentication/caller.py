"""Whoever asks, once it is known."""

from dataclasses import dataclass
from enum import StrEnum

from shared.identity import Identity


class Known(StrEnum):
    """By what a caller is known."""

    API_KEY = "api key"
    SESSION = "session"
    VISITOR = "visitor"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and which cookies the answer has to bring.

    `new_visitor` is the value of a visitor cookie to set; `session_over` says that the session
    cookie is worth nothing any more.
    """

    identity: Identity
    known_by: Known
    new_visitor: str | None = None
    session_over: bool = False
