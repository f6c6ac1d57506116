"""For whom an operation is answered."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from gateway.edge.open_streams import StreamOwner
from gateway.federation.operations.access import STRANGER, Access


@dataclass(frozen=True, slots=True)
class Asker:
    """What the answering of one request has to know of whoever asks.

    `context` is handed to every fetch. `identity` holds all that an answer may depend on besides
    the operation: who asks, and whatever is passed on to the subgraphs; requests of different
    identities never share an execution, and those with None share none. `reference` finds the
    request in the log. `stream_owner` is who a stream is counted for, and `still_allowed` is asked
    for as long as it lasts. `sees_plans` allows the plan in the response's extensions.
    """

    context: object
    identity: Hashable
    reference: str
    stream_owner: StreamOwner
    access: Access = STRANGER
    sees_plans: bool = False
    still_allowed: Callable[[], Awaitable[bool]] | None = None
