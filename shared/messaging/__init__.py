"""Events between services: committed with their rows, delivered at least once, applied once."""

from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.outbox import publish

__all__ = ["Consumer", "Envelope", "Event", "publish"]
