"""How the events of a subscription come from a subgraph."""

from gateway.edge.event_sources.base import EventSource
from gateway.edge.event_sources.http import HttpEventSource, SubscriptionAddress

__all__ = ["EventSource", "HttpEventSource", "SubscriptionAddress"]
