"""Dead letters of all services: found, shown, redriven and discarded."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from partline.delivery.databases import Unusable, asking
from shared.delivery import acting
from shared.delivery.acting import Key
from shared.delivery.letters import Letter, find
from shared.delivery.payload import readable
from shared.messaging.dead_letters import DeadLetter, DeadLetters
from shared.messaging.subscriptions import SUBSCRIPTIONS, service_of

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters; what is None does not restrict. `error` is a part of the error's text."""

    consumer: str | None = None
    type: str | None = None
    error: str | None = None
    discarded: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it restricts nothing."""
        return not (self.consumer or self.type or self.error)

    def takes(self, letter: DeadLetter) -> bool:
        """Whether the letter's error fits."""
        return self.error is None or self.error.lower() in letter.error.lower()


@dataclass(frozen=True, slots=True)
class Found:
    """The newest letters, and sentences on the databases that could not be asked."""

    letters: Sequence[DeadLetter]
    unusable: Sequence[str]


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done; without a `reason` it is a redrive."""

    actor: str
    reason: str | None = None

    async def on(self, session: AsyncSession, keys: Sequence[Key]) -> int:
        """Do it in this transaction; gives with how many letters."""
        if self.reason is None:
            return (await acting.redrive(session, keys, self.actor)).letters
        return (await acting.discard(session, keys, self.actor, self.reason)).letters


async def newest(databases: Mapping[str, Database], wanted: Filter, limit: int) -> Found:
    """At most `limit` letters over all of `databases`, the newest first."""
    found: list[DeadLetter] = []
    unusable = []
    for name, database in databases.items():
        try:
            async with asking(name), database.reading() as session:
                found += [letter async for letter in _chosen(session, wanted, limit)]
        except Unusable as error:
            unusable.append(str(error))
    found.sort(key=lambda letter: letter.died_at, reverse=True)
    return Found(found[:limit], unusable)


async def places(databases: Mapping[str, Database], event_id: UUID) -> Sequence[tuple[str, Letter]]:
    """Where an event is dead, discarded or tried again: the service and the letter."""
    found = []
    for consumer in SUBSCRIPTIONS:
        name = service_of(consumer)
        if name not in databases:
            continue
        async with asking(name), databases[name].reading() as session:
            letter = await find(session, consumer, event_id)
        if letter is not None and letter.body is not None:
            found.append((name, letter))
    return found


async def act_on_events(
    databases: Mapping[str, Database], events: Sequence[UUID], consumer: str | None, act: Act
) -> Mapping[UUID, int]:
    """For each event, at how many consumers it was dead and is no longer."""
    done = dict.fromkeys(events, 0)
    for name in SUBSCRIPTIONS if consumer is None else (consumer,):
        service = service_of(name)
        if service not in databases:
            continue
        for event in events:
            async with asking(service), databases[service].transaction() as session:
                done[event] += await act.on(session, [(name, event)])
    return done


async def act_on_all(databases: Mapping[str, Database], wanted: Filter, act: Act) -> int:
    """Do it with every letter that `wanted` takes; gives with how many.

    In transactions of some letters each: what is done when a database goes away stays done.
    """
    done = 0
    for name, database in databases.items():
        async with asking(name):
            async with database.reading() as session:
                keys = [(x.consumer, x.event_id) async for x in _chosen(session, wanted, None)]
            for start in range(0, len(keys), acting.MOST):
                async with database.transaction() as session:
                    done += await act.on(session, keys[start : start + acting.MOST])
    return done


async def _chosen(
    session: AsyncSession, wanted: Filter, limit: int | None
) -> AsyncIterator[DeadLetter]:
    place, given = None, 0
    while limit is None or given < limit:
        page = await DeadLetters(session).list(
            consumer=wanted.consumer,
            type=wanted.type,
            include_discarded=wanted.discarded,
            after=place,
            limit=_PAGE,
        )
        for letter in page:
            if wanted.takes(letter):
                given += 1
                yield letter
        if len(page) < _PAGE:
            return
        place = page[-1].died_at, page[-1].event_id


def as_json(letter: DeadLetter | Letter) -> dict[str, Any]:
    """The letter as an object; its body is readable text, with its form beside it."""
    values: dict[str, Any] = asdict(letter)
    body = values.pop("body")
    if body is not None:
        payload = readable(body)
        values |= {"payload": payload.text, "payload_form": payload.form.value, "size": len(body)}
    return values
