"""Who listens to whom. Both ends of the bus read it: a producer can make sure that each of its
readers has a queue, and knows whose confirmation an event still waits for."""

from collections.abc import Mapping
from types import MappingProxyType

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "editor": ("shop",),
        "shop": ("accounts", "editor", "mes", "crm", "operator"),
        "mes": ("editor", "shop"),
        "crm": ("accounts", "shop"),
        "crm.journey": ("editor", "shop", "mes", "crm", "operator"),
        "operator": ("crm", "shop"),
        "notification": ("accounts", "shop", "mes", "crm", "operator"),
    }
)
"""The producers of each consumer. A consumer is named like its service, with a dot and a word
behind it where a service has several."""


def readers_of(producer: str) -> tuple[str, ...]:
    """The consumers that are to see every event of `producer`."""
    return tuple(name for name, producers in SUBSCRIPTIONS.items() if producer in producers)


def service_of(consumer: str) -> str:
    """The service in whose database a consumer keeps what it knows."""
    return consumer.partition(".")[0]
