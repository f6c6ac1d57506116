"""What died, was cut or is no event: nothing is left behind, and nothing stops the rest."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from db.engine import Database
from shared.messaging import redis_streams, relay
from shared.messaging.bus import Bus
from shared.messaging.failures import Failures
from shared.messaging.inbox import Inbox
from shared.messaging.receiver import Receiver
from shared.messaging.relay import Relay
from shared.messaging.tables import retry
from tests.integration.messaging.transports import Transport
from tests.integration.messaging.world import (
    HOLDERS,
    PRODUCER,
    Effects,
    applied,
    count,
    during,
    envelopes,
    until,
    write,
)


async def test_what_was_parked_is_brought_on_although_who_filled_the_gap_died(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    effects = Effects()
    await write(producer, uuid4(), "1", "2", "3")
    first, second, third = await envelopes(producer)
    for envelope in (third, second, first):  # and dies after the commit of the first
        await Inbox(consumer, effects.consumer()).receive(envelope)
    async with during(Receiver(consumer, bus, effects.consumer()).run):
        await until(partial(applied, consumer, 3))
    assert [reason for _, reason in effects.seen] == ["1", "2", "3"]


async def test_a_failure_of_what_another_task_has_applied_is_forgotten(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    effects = Effects()
    await write(producer, uuid4(), "1")
    [envelope] = await envelopes(producer)
    await Receiver(consumer, bus, effects.consumer()).deliver(envelope)
    await Failures(consumer, "crm").record(envelope, ZeroDivisionError())
    assert await count(consumer, retry) == 0
    assert len(effects.seen) == 1


async def test_what_is_no_event_does_not_stop_the_events_behind_it(
    producer: Database, consumer: Database, bus: Bus, transport: Transport
) -> None:
    effects = Effects()
    await transport.put_rubbish(PRODUCER)
    await bus.publish(PRODUCER, [b"{", b"[]", b'{"id": 5}'])
    await write(producer, uuid4(), "1")
    await Relay(PRODUCER, producer, bus).publish_batch()
    async with during(Receiver(consumer, bus, effects.consumer()).run):
        await until(lambda: len(effects.seen) == 1)


async def test_what_a_dead_member_took_is_taken_over_in_a_stream_that_never_rests(
    producer: Database,
    consumer: Database,
    bus: Bus,
    transport: Transport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redis_streams, "_ABANDONED_MS", 50)
    await write(producer, uuid4(), "1")
    await Relay(PRODUCER, producer, bus).publish_batch()
    dead = transport.connect(member="a pod that is gone")
    taken = dead.deliveries("crm", (PRODUCER,))
    await anext(taken)
    await taken.aclose()

    async def never_rest() -> None:
        while True:
            await dead.publish(PRODUCER, [b"{}"])
            await asyncio.sleep(0.01)

    effects = Effects()
    async with during(never_rest, Receiver(consumer, bus, effects.consumer()).run):
        await until(lambda: len(effects.seen) == 1)
    await dead.close()


async def test_a_relay_whose_connection_was_cut_in_silence_connects_anew(
    producer: Database, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_ANSWER_SECONDS", 1.0)
    address = make_url(producer.url)
    copies: set[asyncio.Task[None]] = set()
    connections = 0

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        far_reader, far_writer = await asyncio.open_connection(address.host, address.port)
        for pair in ((reader, far_writer), (far_reader, writer)):
            copies.add(asyncio.create_task(copy(*pair)))

    async def locked() -> bool:
        async with producer.reading() as session:
            return bool(await session.scalar(sa.text(f"select exists ({HOLDERS})")))

    async def forget_the_dead_one() -> None:
        async with producer.transaction() as session:
            await session.execute(sa.text(f"select pg_terminate_backend(pid) from ({HOLDERS}) h"))

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    proxied = address.set(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    producer.url = proxied.render_as_string(hide_password=False)
    async with during(Relay(PRODUCER, producer, bus).run):
        await until(locked)
        for task in copies:
            task.cancel()
        await forget_the_dead_one()  # as the server's keep-alive does
        await until(lambda: connections > 1)
        await until(locked)
    server.close()
