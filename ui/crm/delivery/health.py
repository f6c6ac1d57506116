"""Whether the events get where they should, in words: pure rules over what the services tell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ui.formats import duration, many, moment

SENT_WITHIN = 10.0  # seconds; the relay takes milliseconds
CONFIRMED_WITHIN = 60.0  # a consumer compares every second or two
FILLED_WITHIN = 60.0

Tone = Literal["bad", "warn", "busy"]


@dataclass(frozen=True)
class Concern:
    """Something that is not as it should be, and what a person can do about it."""

    tone: Tone
    text: str
    advice: str


@dataclass(frozen=True)
class ServiceRow:
    """One line of the table; `standing` is None for a service that did not answer."""

    name: str
    answers: bool
    unpublished: int = 0
    oldest_at: str | None = None
    behind: int = 0
    retrying: int = 0
    parked: int = 0
    dead: int = 0
    concerns: tuple[Concern, ...] = ()

    @property
    def tone(self) -> str:
        """The worst of its concerns."""
        tones = {concern.tone for concern in self.concerns}
        return next((tone for tone in ("bad", "warn", "busy") if tone in tones), "good")


def rows(services: Mapping[str, Mapping[str, Any] | None], now: datetime) -> list[ServiceRow]:
    """A line for each service, by its name; None stands for one that did not answer."""
    late = _late_consumers(services, now)
    return [
        _row(name, standing, late.get(name, ()), now)
        if standing is not None
        else ServiceRow(name, answers=False, concerns=(_silent(name),))
        for name, standing in services.items()
    ]


def pairs(services: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every consumer with each producer that it reads: what both ends know of it."""
    compared = {
        (mark["consumer"], mark["producer"]): mark["checkedAt"]
        for standing in services.values()
        for mark in standing["watermarks"]
    }
    confirmed = {
        (reader["consumer"], name): reader
        for name, standing in services.items()
        for reader in standing["readers"]
    }
    unknown = {"behind": None, "confirmedAt": None}
    return [
        {
            "consumer": consumer,
            "producer": producer,
            **{name: confirmed.get((consumer, producer), unknown)[name] for name in unknown},
            "checkedAt": compared.get((consumer, producer)),
        }
        for consumer, producer in sorted(compared.keys() | confirmed.keys())
    ]


def headline(found: Sequence[ServiceRow]) -> tuple[str, str]:
    """The tone and the sentence that say how it is."""
    dead = sum(row.dead for row in found)
    if dead:
        waits = "waits" if dead == 1 else "wait"
        return "bad", f"{many(dead, 'event')} {waits} for a person"
    if any(row.tone in ("bad", "warn") for row in found):
        return "warn", "Something is slower than it should be"
    if any(row.tone == "busy" for row in found):
        return "busy", "Some events are being tried again"
    return "good", "Everything arrives"


def _row(
    name: str, standing: Mapping[str, Any], late: Iterable[Concern], now: datetime
) -> ServiceRow:
    consumers = standing["consumers"]
    return ServiceRow(
        name,
        answers=True,
        unpublished=standing["outgoing"]["unpublished"],
        oldest_at=standing["outgoing"]["oldestAt"],
        behind=max((reader["behind"] for reader in standing["readers"]), default=0),
        retrying=sum(consumer["retrying"] for consumer in consumers),
        parked=sum(consumer["parked"] for consumer in consumers),
        dead=standing["dead"],
        concerns=(
            *_dead(name, standing),
            *_unsent(name, standing["outgoing"], now),
            *late,
            *_held_back(consumers, now),
            *_tried_again(consumers),
        ),
    )


def _silent(name: str) -> Concern:
    return Concern("warn", f"{name} does not answer.", "What it holds shows once it is back.")


def _dead(name: str, standing: Mapping[str, Any]) -> Iterator[Concern]:
    if standing["dead"]:
        yield Concern(
            "bad",
            f"{name} could not apply {many(standing['dead'], 'event')}.",
            "Mend the cause, then redrive them; what is behind them waits.",
        )


def _unsent(name: str, outgoing: Mapping[str, Any], now: datetime) -> Iterator[Concern]:
    age = _age(outgoing["oldestAt"], now)
    if age is not None and age > SENT_WITHIN:
        yield Concern(
            "warn",
            f"{name} has {many(outgoing['unpublished'], 'event')} to send, "
            f"the oldest for {duration(age)}.",
            "See whether the bus runs. Meanwhile the others fetch them by themselves.",
        )


def _late_consumers(
    services: Mapping[str, Mapping[str, Any] | None], now: datetime
) -> dict[str, list[Concern]]:
    """By the service of the consumer: one concern for each consumer, whomever it should read."""
    behind: dict[str, dict[str, tuple[int, float]]] = {}
    for producer, standing in services.items():
        for reader in standing["readers"] if standing else ():
            age = _age(reader["oldestAt"], now)
            if age is not None and age > CONFIRMED_WITHIN:
                found = behind.setdefault(reader["consumer"], {})
                found[producer] = (reader["behind"], age)
    concerns: dict[str, list[Concern]] = {}
    for consumer, producers in behind.items():
        service = consumer.partition(".")[0]
        count = sum(count for count, _ in producers.values())
        oldest = max(age for _, age in producers.values())
        concern = Concern(
            "warn",
            f"{consumer} has not confirmed {many(count, 'event')} of {_listed(producers)}, "
            f"the oldest for {duration(oldest)}.",
            f"See whether {service} runs.",
        )
        concerns.setdefault(service, []).append(concern)
    return concerns


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _held_back(consumers: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[Concern]:
    for consumer in consumers:
        age = _age(consumer["oldestParkedAt"], now)
        explained = consumer["dead"] or consumer["retrying"]
        if age is not None and age > FILLED_WITHIN and not explained:
            yield Concern(
                "warn",
                f"{consumer['name']} holds back {many(consumer['parked'], 'event')}, "
                f"the oldest for {duration(age)}: one before them has not come.",
                "It is asked for by itself. See whether the service that sends it runs.",
            )


def _tried_again(consumers: Sequence[Mapping[str, Any]]) -> Iterator[Concern]:
    for consumer in consumers:
        if consumer["retrying"]:
            yield Concern(
                "busy",
                f"{consumer['name']} tries {many(consumer['retrying'], 'event')} again.",
                "After ten attempts they wait here for a person.",
            )


def _age(at: str | None, now: datetime) -> float | None:
    return None if at is None else (now - moment(at)).total_seconds()
