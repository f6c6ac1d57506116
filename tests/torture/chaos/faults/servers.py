"""The servers: PostgreSQL, Valkey, RabbitMQ and the storage, killed, wiped or set back."""

import asyncio
import random
import shutil
import signal

import asyncpg
from redis.asyncio import Redis

from tests.torture.chaos.faults.fault import Doing, Scene

_SAVED_SECONDS = 30.0
_TERMINATE = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where pid <> pg_backend_pid() and backend_type = 'client backend'
"""


def backends(scene: Scene, _: random.Random) -> tuple[str, Doing]:
    """`pg_terminate_backend` of every connection."""

    async def do() -> None:
        connection = await asyncpg.connect(scene.stage.launch.stack.cluster.dsn, timeout=5)
        try:
            await connection.execute(_TERMINATE)
        finally:
            await connection.close(timeout=5)

    return "all", do


def crash_postgres(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """`pg_ctl stop -m immediate`, and a start that has to recover from the log."""
    away = chance.uniform(0, 1.5)

    async def do() -> None:
        await scene.stage.servers["postgres"].end(signal.SIGQUIT)
        await asyncio.sleep(away)
        await scene.stage.start_postgres()

    return f"immediate, away for {away:.1f} s", do


def flush(scene: Scene, _: random.Random) -> tuple[str, Doing]:
    """FLUSHALL: streams, groups, job queues, rate limits and hints are gone."""

    async def do() -> None:
        redis = Redis.from_url(scene.stage.valkey_url, socket_connect_timeout=5, socket_timeout=5)
        try:
            await redis.flushall()
        finally:
            await redis.aclose()

    return "everything", do


def kill_valkey(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """`kill -9`; what it had written survives in the page cache."""
    return _valkey(scene, chance.uniform(0, 1), older=None)


def set_valkey_back(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """Started again from a copy of its file that is some seconds old."""
    return _valkey(scene, chance.uniform(0, 1), older=chance.uniform(2, 6))


def _valkey(scene: Scene, away: float, older: float | None) -> tuple[str, Doing]:
    server = scene.stage.servers["valkey"]
    data = scene.stage.place.home.folder / "valkey" / "appendonlydir"
    copy = scene.stage.place.folder / "older"

    async def do() -> None:
        if older is not None:
            await asyncio.to_thread(shutil.copytree, data, copy, dirs_exist_ok=True)
            await asyncio.sleep(older)
        await server.end(signal.SIGKILL)
        if older is not None:
            await asyncio.to_thread(shutil.rmtree, data)
            await asyncio.to_thread(shutil.move, copy, data)
        await asyncio.sleep(away)
        await server.start()

    return "killed" if older is None else f"back by {older:.1f} s", do


def kill_rabbitmq(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """`kill -9` and a start on the same data."""
    return _rabbitmq(scene, chance.uniform(0, 1), wiped=False)


def wipe_rabbitmq(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """A broker that comes back knowing nothing: no exchange, no queue, no message."""
    return _rabbitmq(scene, chance.uniform(0, 1), wiped=True)


def _rabbitmq(scene: Scene, away: float, *, wiped: bool) -> tuple[str, Doing]:
    broker = scene.stage.rabbitmq

    async def do() -> None:
        assert broker is not None
        # Killed earlier, a defect of RabbitMQ's own leaves a queue without a leader.
        async with asyncio.timeout(_SAVED_SECONDS):
            while not (wiped or await asyncio.to_thread(broker.has_saved_queues)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await asyncio.to_thread(broker.wipe if wiped else broker.kill)
        await asyncio.sleep(away)
        broker.launch()
        await broker.until_ready()

    return "wiped" if wiped else "killed", do


def kill_storage(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """The S3 server is killed and away for a while."""
    server, away = scene.stage.servers["objects"], chance.uniform(0, 3)

    async def do() -> None:
        await server.end(signal.SIGKILL)
        await asyncio.sleep(away)
        await server.start()

    return f"away for {away:.1f} s", do
