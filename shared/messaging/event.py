"""What an event is, and how its name leads to its class."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Something that happened and was decided: named in the past tense, never changed again.

    A field that is added later needs a default, so that old events can still be read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: ClassVar[int] = 1


class UnknownEvent(LookupError):
    """No class has this event's name: the consumer is older than the producer."""


def event_class(name: str) -> type[Event]:
    """The class of the event called `name`. Raises UnknownEvent."""
    pending = [Event]
    while pending:
        for candidate in pending.pop().__subclasses__():
            if candidate.__name__ == name:
                return candidate
            pending.append(candidate)
    raise UnknownEvent(f"there is no event called {name}")
