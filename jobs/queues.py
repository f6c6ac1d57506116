"""Calls to workers, put on arq.

A row in the service's own database is the record of each piece of work; what travels here is only
the row's id. A lost call costs time, never work: the service's sweeper sends another.

Traps of arq that this avoids: a job id that was seen before is silently not enqueued (each call
gets a fresh id), a definition older than its expiry is dropped and a killed worker's call is locked
for the longest time limit (`waiting` tells both, and the sweeper calls again), and pickle would let
whoever reaches Redis run code in a worker (JSON instead).
"""

import json
from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import uuid4

from arq.connections import ArqRedis
from arq.constants import in_progress_key_prefix, job_key_prefix
from redis.exceptions import RedisError

from shared.service import QueueUnavailable

_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 10


class Pool(StrEnum):
    """A group of worker processes with an arq queue of its own."""

    PRIORITY = "priority"
    REGULAR = "regular"
    MODELS = "models"

    @property
    def queue_name(self) -> str:
        return f"partline:{self.value}"

    @property
    def slots(self) -> int:
        """How many tasks one worker process of this pool runs at a time. Those of `priority` are
        kept free for partners: two, so that one who comes while another's part is computed starts
        at once."""
        return 2


def dump(message: object) -> bytes:
    """One arq message as JSON."""
    return json.dumps(message).encode()


def load(data: bytes) -> dict[str, Any]:
    """The message that `dump` wrote; raises ValueError for anything else."""
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("not a message of arq")  # noqa: TRY004 - the data is wrong, not its type
    return message


def connect(redis_url: str) -> ArqRedis:
    """A client of arq's Redis that writes JSON. It connects at its first command, not here."""
    redis: ArqRedis = ArqRedis.from_url(
        redis_url, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_ANSWER_SECONDS
    )
    redis.job_serializer = dump
    redis.job_deserializer = load
    return redis


class Queue:
    """The services' `JobQueue` on arq."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)

    async def enqueue(
        self, pool: str, task: str, *arguments: str, call_id: str | None = None
    ) -> None:
        """Call a worker of `pool` to run `task(*arguments)`, after the commit of its row.

        Raises QueueUnavailable; the row's sweeper then calls again.
        """
        queue_name = Pool(pool).queue_name
        try:
            await self._redis.enqueue_job(
                task, *arguments, _job_id=call_id or uuid4().hex, _queue_name=queue_name
            )
        except (RedisError, OSError) as error:
            raise QueueUnavailable(f"{queue_name} took no call for {task}: {error}") from error

    async def waiting(self, pool: str, call_ids: Collection[str]) -> frozenset[str]:
        """Those of the calls that are in line, whose definition is there, and that no worker has
        taken: one that was killed keeps what it took for the longest time limit of its pool."""
        asked = list(call_ids)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for call_id in asked:
                    pipe.zscore(Pool(pool).queue_name, call_id)
                    pipe.exists(job_key_prefix + call_id)
                    pipe.exists(in_progress_key_prefix + call_id)
                found = iter(await pipe.execute())
        except (RedisError, OSError) as error:
            raise QueueUnavailable(f"the queue of {pool} cannot be read: {error}") from error
        states = zip(asked, found, found, found, strict=False)
        return frozenset(
            call_id
            for call_id, score, defined, taken in states
            if score is not None and defined and not taken
        )

    async def forget(self, pool: str, call_ids: Collection[str]) -> None:
        """Take calls out of the line. A worker looks at its first hundred only, so that calls which
        killed workers keep locked would hide all the others."""
        if not call_ids:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.zrem(Pool(pool).queue_name, *call_ids)
                pipe.delete(*(job_key_prefix + call_id for call_id in call_ids))
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise QueueUnavailable(f"the queue of {pool} takes no order: {error}") from error

    async def close(self) -> None:
        """Let the connections go."""
        await self._redis.aclose()
