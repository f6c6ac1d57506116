"""For whom an operation is answered."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """What the answering of one request has to know of whoever asks.

    `context` is handed to every fetch. `identity` holds all that an answer may depend on besides
    the operation: who asks, and whatever is passed on to the subgraphs; requests of different
    identities never share an execution, and those with None share none. `reference` finds the
    request in the log. `sees_plans` allows the plan in the response's extensions.
    """

    context: object
    identity: Hashable
    reference: str
    sees_plans: bool = False
