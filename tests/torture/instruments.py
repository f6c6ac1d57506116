"""What a tortured service writes down about itself, in the same transactions as its work.

Handlers count their calls and keep the order in which they were called; workers keep who held a
lease when something was written. The production code knows nothing of it: the instruments replace
named methods in a child process of the rig.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import DomainError
from shared.messaging.consumer import Consumer, Handler, Listener, Told
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.inbox import Inbox

CURED = "PARTLINE_TORTURE_CURED"
POISON = "poison:"

TABLES = """
create table if not exists torture_handled (
    seq bigint generated always as identity primary key,
    consumer text not null,
    event_id uuid not null,
    producer text not null,
    aggregate_id uuid not null,
    version bigint not null,
    type text not null
);
create table if not exists torture_counter (
    consumer text not null,
    producer text not null,
    aggregate_id uuid not null,
    calls bigint not null,
    primary key (consumer, producer, aggregate_id)
);
create table if not exists torture_lease (
    seq bigint generated always as identity primary key,
    act text not null,
    job uuid not null,
    token uuid not null
);
"""
_HANDLED = sa.text(
    "with counted as (insert into torture_counter as t (consumer, producer, aggregate_id, calls)"
    " values (:consumer, :producer, :aggregate, 1) on conflict (consumer, producer, aggregate_id)"
    " do update set calls = t.calls + 1)"
    " insert into torture_handled (consumer, event_id, producer, aggregate_id, version, type)"
    " values (:consumer, :event, :producer, :aggregate, :version, :type)"
)
_LEASE = sa.text("insert into torture_lease (act, job, token) values (:act, :job, :token)")


class Poisoned(DomainError):
    """This event was made to fail, until the cure."""

    code = "POISONED"


async def prepare(databases: Mapping[str, str]) -> None:
    """Make the instruments' tables, once, before the services start."""
    for url in databases.values():
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(TABLES)
        finally:
            await connection.close()


def install() -> None:
    """Instrument this process: its inboxes, and the leases of its workers."""
    _instrument_inboxes()
    _instrument_leases()


def counted(consumer: Consumer) -> Consumer:
    """The consumer with every handler counting itself.

    A counter is no row for an event: called twice, it says two.
    """
    handlers = {cls: _counted(consumer.name, handler) for cls, handler in consumer.handlers.items()}
    every = None if consumer.every is None else _all_counted(consumer.name, consumer.every)
    return replace(consumer, handlers=handlers, every=every)


def _counted(name: str, handler: Handler) -> Handler:
    async def call(session: AsyncSession, event: Any, envelope: Envelope) -> None:
        await _count(name, session, event, envelope)
        await handler(session, event, envelope)

    return call


def _all_counted(name: str, listener: Listener) -> Listener:
    async def call(session: AsyncSession, told: Sequence[Told]) -> None:
        for event, envelope in told:
            await _count(name, session, event, envelope)
        await listener(session, told)

    return call


async def _count(name: str, session: AsyncSession, event: Event, envelope: Envelope) -> None:
    _refuse_poison(name, event)
    await session.execute(
        _HANDLED,
        {
            "consumer": name,
            "event": envelope.id,
            "producer": envelope.producer,
            "aggregate": envelope.aggregate_id,
            "version": envelope.aggregate_version,
            "type": envelope.type,
        },
    )


def _refuse_poison(consumer: str, event: Any) -> None:
    order = getattr(event, "order", None)
    if getattr(order, "partner_reference", None) != f"{POISON}{consumer}":
        return
    if not Path(os.environ.get(CURED, "/nonexistent")).exists():
        raise Poisoned(f"This event is poison for {consumer}. Cure it, then redrive it.")


def _instrument_inboxes() -> None:
    make = Inbox.__init__

    def init(self: Inbox, *arguments: Any, **named: Any) -> None:
        given = [counted(a) if isinstance(a, Consumer) else a for a in arguments]
        spoken = {k: counted(v) if isinstance(v, Consumer) else v for k, v in named.items()}
        make(self, *given, **spoken)

    Inbox.__init__ = init  # type: ignore[method-assign]


def _instrument_leases() -> None:
    from subgraphs.editor.models.leases import ModelLeases
    from subgraphs.mes.pricing_jobs.leases import PricingJobLeases

    for leases in (PricingJobLeases, ModelLeases):
        _note(leases, "claim")
        _note(leases, "lock_held")


def _note(leases: type[Any], method: str) -> None:
    """Write down who took the work and who held it when a result was about to be written."""
    plain = getattr(leases, method)

    async def noted(self: Any, job: UUID, token: UUID, *rest: Any, **named: Any) -> Any:
        found = await plain(self, job, token, *rest, **named)
        if found is not None:
            await self._session.execute(_LEASE, {"act": method, "job": job, "token": token})
        return found

    setattr(leases, method, noted)
