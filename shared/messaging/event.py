"""What an event is, and how its name leads to its class."""

from functools import cache
from typing import ClassVar, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

_SUBJECTS: Final = ("order_id", "model_id", "account_id")


class Event(BaseModel):
    """Something that happened and was decided: named in the past tense, never changed again.

    A field that is added later needs a default, so that old events can still be read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: ClassVar[int] = 1
    producer: ClassVar[str] = ""
    """The service that alone may send it; any where there is none."""

    @property
    def subject(self) -> UUID | None:
        """What it happened to, if it says so: its aggregate."""
        order = self.__dict__.get("order")
        for fields in (self.__dict__, {} if order is None else vars(order)):
            for name in _SUBJECTS:
                if isinstance(found := fields.get(name), UUID):
                    return found
        return None


class UnknownEvent(LookupError):
    """No class has this event's name: the consumer is older than the producer."""


@cache
def event_class(name: str) -> type[Event]:
    """The class of the event called `name`. Raises UnknownEvent."""
    pending = [Event]
    while pending:
        for candidate in pending.pop().__subclasses__():
            if candidate.__name__ == name:
                return candidate
            pending.append(candidate)
    raise UnknownEvent(f"there is no event called {name}")
