"""Who did what when: the acts of all services in one list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ui.formats import many, moment

_TOGETHER_SECONDS = 5.0
_WORDS = {"redrive": "redrove", "discard": "discarded", "replay": "replayed"}


@dataclass(frozen=True)
class Deed:
    """What one person did at one moment; acts on many letters at once are one deed."""

    service: str
    act: str
    actor: str
    consumer: str
    reason: str | None
    at: datetime
    event_id: str | None
    letters: int = 1

    @property
    def name(self) -> str:
        """Whoever did it, without the account in brackets behind the name."""
        return self.actor.removesuffix(f" ({self.account})")

    @property
    def account(self) -> str:
        """The address of whoever did it, or where they did it."""
        name, bracket, rest = self.actor.rpartition(" (")
        return rest.removesuffix(")") if name and bracket else ""

    @property
    def words(self) -> str:
        """``redrove 3 letters of shop``."""
        did = _WORDS.get(self.act, self.act)
        if self.event_id is None:
            return f"{did} events of {self.consumer}"
        return f"{did} {many(self.letters, 'letter')} of {self.consumer}"

    def continues(self, later: "Deed") -> bool:
        """Whether it belongs to what is told of `later`."""
        same = (self.service, self.act, self.actor, self.consumer, self.reason)
        return (
            same == (later.service, later.act, later.actor, later.consumer, later.reason)
            and abs((later.at - self.at).total_seconds()) <= _TOGETHER_SECONDS
        )


def deeds(acts: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[Deed]:
    """The acts of each service, by its name, as one list with the newest first."""
    every = [_deed(service, act) for service, found in acts.items() for act in found]
    every.sort(key=lambda deed: deed.at, reverse=True)
    told: list[Deed] = []
    for deed in every:
        if told and deed.continues(told[-1]):
            told[-1] = replace(told[-1], letters=told[-1].letters + 1, at=deed.at)
        else:
            told.append(deed)
    return told


def _deed(service: str, act: Mapping[str, Any]) -> Deed:
    return Deed(
        service=service,
        act=act["act"],
        actor=act["actor"],
        consumer=act["consumer"],
        reason=act["reason"],
        at=moment(act["at"]),
        event_id=act["eventId"],
    )
