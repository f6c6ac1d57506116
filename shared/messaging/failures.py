"""Where an event waits that could not be applied: for its next attempt, or for a person."""

import random
import traceback
from hashlib import sha256
from uuid import UUID, uuid5

from pydantic import ValidationError

from shared.messaging.envelope import Envelope
from shared.messaging.faults import MAX_ATTEMPTS, Awaited, is_permanent, retry_delay
from shared.messaging.inbox_rows import Attempt, Failure, InboxRows, Rows
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.transactions import Transactions

_LEASE_SECONDS = 5.0
_DIED = "ReaderDied: the process ended while applying it"
_LONGEST_ERROR = 2_000
_LONGEST_TRACE = 50_000
_BODIES = UUID("6f6c1c4e-6d0a-5f0e-9a44-5d4a52f1f7b1")


class ReaderDied(Exception):
    """An attempt was begun and nothing more was heard of it: the event may kill its reader."""


def ends_its_readers(attempt: Attempt) -> bool:
    """Whether it had all its attempts, and the process died of the last. One that has had more
    than that waits for another service, and its attempts say nothing against it."""
    return attempt.number > MAX_ATTEMPTS and attempt.before == _DIED


class Failures:
    """Retries and dead letters of one consumer, in its own database."""

    def __init__(
        self,
        database: Transactions,
        consumer: str,
        *,
        rows: Rows = SqlInboxRows,
        chance: random.Random | None = None,
    ) -> None:
        self._database = database
        self._consumer = consumer
        self._rows = rows
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret

    async def record(self, envelope: Envelope, error: Exception) -> bool:
        """Keep `envelope`, which failed at its first attempt; gives whether it is dead at once.

        Later events of the same aggregate are parked behind it, so that order holds.
        """
        async with self._database.transaction() as session:
            rows = self._rows(session, self._consumer)
            known = await rows.lock([envelope])
            if known.versions[envelope.aggregate] >= envelope.aggregate_version or known.waiting:
                return False  # by another process, meanwhile
            await rows.keep(envelope, failure_of(error), attempts=1, delay=0)
            return await self._decide(rows, envelope.id, error, attempts=1)

    async def claim(self) -> Attempt | None:
        """The next event that may be tried again. Its attempt is counted when this returns: one
        that kills whoever applies it is dead after as many attempts as any other."""
        # Of chance length: else an innocent event of another consumer in this process, claimed in
        # the same moment as a deadly one, would be claimed beside it every time and die with it.
        lease = _LEASE_SECONDS * self._chance.uniform(1, 2)
        async with self._database.transaction() as session:
            return await self._rows(session, self._consumer).claim(lease, Failure(_DIED))

    async def record_again(self, attempt: Attempt, error: Exception) -> bool:
        """Keep what failed at `attempt` for its next one; gives whether it is dead instead."""
        async with self._database.transaction() as session:
            rows = self._rows(session, self._consumer)
            return await self._decide(rows, attempt.event_id, error, attempts=attempt.number)

    async def reject(self, producer: str, body: bytes, error: Exception) -> None:
        """Keep a body that is no event as a dead letter; the same body again is the same letter."""
        event = uuid5(_BODIES, f"{self._consumer}/{producer}/{sha256(body).hexdigest()}")
        async with self._database.transaction() as session:
            rows = self._rows(session, self._consumer)
            await rows.bury_body(event, producer, body, failure_of(error))

    async def _decide(
        self, rows: InboxRows, event: UUID, error: Exception, *, attempts: int
    ) -> bool:
        used_up = attempts >= MAX_ATTEMPTS and not isinstance(error, Awaited)
        dead = is_permanent(error) or used_up
        if dead:
            await rows.bury(event, attempts, failure_of(error))
        else:
            delay = retry_delay(attempts, self._chance)
            await rows.postpone(event, attempts, failure_of(error), delay)
        return dead


def failure_of(error: Exception) -> Failure:
    """`error` as text that PostgreSQL can keep, whatever it says."""
    try:
        sentence = f"{type(error).__name__}: {_told(error)}"
    except Exception as unspeakable:
        sentence = f"{type(error).__name__}, whose text raises {type(unspeakable).__name__}"
    trace = "".join(traceback.format_exception(error))
    return Failure(_plain(sentence)[:_LONGEST_ERROR], _plain(trace)[-_LONGEST_TRACE:])


def _told(error: Exception) -> str:
    """A wrong event has an error for each of its fields, of several lines each: the first two
    name the group of its letters well enough, the trace has all."""
    if not isinstance(error, ValidationError):
        return str(error)
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    first = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong[:2])
    more = f" (and {len(wrong) - 2} more)" if len(wrong) > 2 else ""
    return f"{error.title}: {first}{more}"


def _plain(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
