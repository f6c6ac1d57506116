"""Each safeguard of delivery, and how it is taken out: the simulation must notice."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from uuid import UUID

from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.envelope import Aggregate, Envelope
from shared.messaging.gate import Outcome, Sorted
from shared.messaging.inbox_rows import Attempt, Failure, Known
from shared.messaging.outbox_rows import Unpublished, Written
from tests.torture.simulation.bus import BusClient
from tests.torture.simulation.database import Session
from tests.torture.simulation.inbox_rows import MemoryInboxRows
from tests.torture.simulation.job_rows import JOB, MemoryJobLeases
from tests.torture.simulation.journal import MemoryJournal
from tests.torture.simulation.outbox_rows import OUTBOX, MemoryOutboxRows, envelope_of
from tests.torture.simulation.plan import IMPOSTOR
from tests.torture.simulation.relay_lock import MemoryRelayLock
from tests.torture.simulation.store import Row, Statement, Work

TakeOut = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Mutation:
    """`kinds`: the faults under which the loss shows soonest.

    The reconciler heals much of what other safeguards prevent, as it is meant to: to see these
    alone, it is left out, and so are the losses that it is for (`reconciled` is False). Seeds are
    tried from `begin` on, where one is known to notice.
    """

    name: str
    take_out: TakeOut
    kinds: Sequence[str]
    reconciled: bool = True
    replicas: int = 2
    deadly: int = 0
    lost: float = 0.0
    begin: int = 0


async def _nothing(*_: object, **__: object) -> None:
    """Instead of the safeguard."""


async def _nobody(*_: object) -> Collection[UUID]:
    return ()


def _gate_that_lets_all_through(envelopes: Sequence[Envelope], known: Known) -> Sorted:
    return Sorted(
        outcomes=[Outcome.APPLIED] * len(envelopes),
        apply=list(envelopes),
        reached={e.aggregate: e.aggregate_version for e in envelopes},
    )


@contextmanager
def _neither_gate_nor_insert() -> Iterator[None]:
    with (
        patch("shared.messaging.inbox.through_gate", _gate_that_lets_all_through),
        patch.object(MemoryInboxRows, "_insert_inbox", _insert_or_ignore),
    ):
        yield


def _insert_or_ignore(self: MemoryInboxRows, events: Sequence[UUID]) -> Statement[None]:
    for event in events:
        yield from self._work.insert("inbox", (self._consumer, event), {"id": event})


def _above_the_last_marked(
    self: MemoryOutboxRows, work: Work, producer: str, limit: int
) -> Statement[Sequence[Unpublished]]:
    rows = sorted((row for _, row in work.rows(OUTBOX)), key=lambda row: row["seq"])
    last = max((row["seq"] for row in rows if row["published"]), default=0)
    found = [row for row in rows if row["seq"] > last]
    return [Unpublished(row["seq"], envelope_of(producer, row)) for row in found[:limit]]
    yield


def _whoever_asks_holds_it(
    self: MemoryJobLeases, work: Work, row_id: UUID, _: UUID
) -> Statement[Row | None]:
    return (yield from work.lock(JOB, row_id))


def _claim_without_counting(
    self: MemoryInboxRows, lease: float, failure: Failure
) -> Statement[Attempt | None]:
    attempt = yield from _claim(self, lease, failure)
    if attempt is not None:
        place = (self._consumer, attempt.event_id)
        yield from self._work.update("inbox_retry", place, attempts=attempt.number - 1)
    return attempt


_claim = MemoryInboxRows._claim


def _never_begun_before(*_: object) -> Statement[int]:
    return 0
    yield


def _any_order(self: MemoryInboxRows, aggregates: Collection[Aggregate]) -> Sequence[Aggregate]:
    found = sorted(aggregates)
    self._session.database.loop.chance.shuffle(found)
    return found


def _lock_for_everybody(self: MemoryRelayLock, session: Session) -> Statement[bool]:
    return True
    yield


_publish = BusClient.publish


async def _publish_without_confirmation(
    self: BusClient, producer: str, bodies: Sequence[bytes]
) -> None:
    try:
        await _publish(self, producer, bodies)
    except BusUnavailable:
        return


_deliveries = BusClient.deliveries


async def _acknowledged_at_once(
    self: BusClient, consumer: str, producers: Sequence[str]
) -> AsyncGenerator[Sequence[Delivery], None]:
    async for batch in _deliveries(self, consumer, producers):
        self._bus.acknowledge(consumer, [delivery.receipt for delivery in batch])
        yield batch


_append = MemoryOutboxRows.append


async def _append_on_another_connection(self: MemoryOutboxRows, written: Written) -> None:
    async with self._session.info["database"].transaction() as another:
        await _append(MemoryOutboxRows(another), written)


def _method(owner: type[Any], name: str, instead: Any) -> TakeOut:
    return lambda: patch.object(owner, name, instead)


MUTATIONS = (
    Mutation(
        "the inbox insert",
        _method(MemoryInboxRows, "insert_inbox", _nothing),
        kinds=("bus_repeats",),
    ),
    Mutation(
        "the version gate",
        lambda: patch("shared.messaging.inbox.through_gate", _gate_that_lets_all_through),
        kinds=("bus_displaces", "bus_repeats", "replay"),
    ),
    Mutation(
        "looking for the id of a version that was seen",
        _method(MemoryInboxRows, "strangers", _nobody),
        kinds=(IMPOSTOR,),
    ),
    Mutation(
        "the version gate and the uniqueness of the inbox",
        _neither_gate_nor_insert,
        kinds=("bus_repeats", "kill_in", "replay"),
    ),
    Mutation(
        "the flag of what is unpublished",
        _method(MemoryOutboxRows, "_unpublished", _above_the_last_marked),
        kinds=("database_slow",),
    ),
    Mutation(
        "the fencing token",
        _method(MemoryJobLeases, "_lock_held", _whoever_asks_holds_it),
        kinds=("stop", "database_slow"),
    ),
    Mutation(
        "counting an attempt before it is made",
        _method(MemoryInboxRows, "_claim", _claim_without_counting),
        kinds=("kill_in",),
        deadly=40,
        replicas=1,
    ),
    Mutation(
        "setting aside what kills its readers",
        lambda: patch("shared.messaging.receiver.SUSPECT_AFTER", 1 << 30),
        kinds=("kill_in",),
        deadly=40,
        replicas=1,
    ),
    Mutation(
        "one order of locking positions",
        _method(MemoryInboxRows, "in_order", _any_order),
        kinds=("bus_repeats", "stop", "replay"),
    ),
    Mutation(
        "the relay's advisory lock",
        _method(MemoryRelayLock, "try_lock", _lock_for_everybody),
        kinds=("kill_in",),
    ),
    Mutation(
        "bringing on what was parked",
        _method(MemoryInboxRows, "release", _nothing),
        kinds=("bus_displaces", "bus_delays"),
    ),
    Mutation(
        "writing events in the command's own transaction",
        _method(MemoryOutboxRows, "append", _append_on_another_connection),
        kinds=("database_cut", "kill_in"),
    ),
    Mutation(
        "the reconciler",
        lambda: patch("shared.messaging.reconciler.Reconciler.run", _nothing),
        kinds=("bus_wiped", "bus_loses"),
    ),
    Mutation(
        "the guard against late commits, when the bus loses",
        _method(MemoryJournal, "guard", lambda *_: True),
        kinds=("stop", "database_slow"),
        lost=0.7,
        begin=27,
    ),
    Mutation(
        "counting what is fetched before it is applied",
        _method(MemoryInboxRows, "_begin_resending", _never_begun_before),
        kinds=("bus_loses", "bus_loses", "bus_wiped"),
        deadly=40,
        replicas=1,
    ),
    Mutation(
        "awaiting the bus's confirmation",
        _method(BusClient, "publish", _publish_without_confirmation),
        kinds=("bus_confirms_nothing", "bus_refuses", "bus_down"),
        reconciled=False,
    ),
    Mutation(
        "acknowledging only what is stored",
        _method(BusClient, "deliveries", _acknowledged_at_once),
        kinds=("kill_in", "kill"),
        reconciled=False,
    ),
)
