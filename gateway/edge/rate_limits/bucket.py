"""Token buckets in Valkey."""

import asyncio
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_log = structlog.get_logger(__name__)
_PATIENCE_SECONDS = 0.5

# Runs inside the server, on its clock, so that all gateways see one bucket.
_TAKE = """
local capacity, per_second, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local stored = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(stored[1]) or capacity
local at = tonumber(stored[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * per_second)
local wait = 0
if tokens >= wanted then tokens = tokens - wanted else wait = (wanted - tokens) / per_second end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / per_second * 1000) + 1000)
return tostring(wait)
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `capacity` requests at once, refilled with `per_second`."""

    name: str
    capacity: int
    per_second: float


class RateLimiter:
    """Token buckets in Valkey, shared by all gateways.

    When Valkey is down requests pass: a limit protects against a flood, and refusing
    everybody because the counter is away would be the larger harm. It is logged.
    """

    def __init__(self, redis: Redis, *, prefix: str = "edge:rate:") -> None:
        self._take = redis.register_script(_TAKE)
        self._prefix = prefix

    async def wait_for(self, rate: Rate, caller: str, tokens: int = 1) -> float:
        """Take tokens of `caller`'s bucket: all or none of them.

        Seconds until there are so many, 0 when they were taken. More than the bucket's capacity
        are never there.
        """
        key = f"{self._prefix}{rate.name}:{caller}"
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await self._take(keys=[key], args=[rate.capacity, rate.per_second, tokens])
        except (RedisError, OSError) as error:
            _log.warning("rate limits are not counted: Valkey is away", error=str(error))
            return 0.0
        return float(answer)
