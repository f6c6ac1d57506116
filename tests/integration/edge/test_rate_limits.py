import asyncio
from uuid import uuid4

from redis.asyncio import Redis

from gateway.edge.rate_limits.bucket import Rate, RateLimiter
from tests.integration.edge.serving import closed_address

SLOW = Rate("slow", capacity=3, per_second=0.001)


async def test_a_bucket_lets_its_capacity_through_and_then_names_the_wait(redis: Redis) -> None:
    limiter, caller = RateLimiter(redis), str(uuid4())
    waits = [await limiter.wait_for(SLOW, caller) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 990 < waits[3] <= 1000


async def test_two_gateways_share_one_bucket_also_at_once(redis: Redis) -> None:
    first, second, caller = RateLimiter(redis), RateLimiter(redis), str(uuid4())
    waits = await asyncio.gather(
        *(limiter.wait_for(SLOW, caller) for limiter in (first, second) for _ in range(5))
    )
    assert waits.count(0) == 3


async def test_callers_and_limits_are_counted_apart(redis: Redis) -> None:
    limiter, caller = RateLimiter(redis), str(uuid4())
    for _ in range(4):
        await limiter.wait_for(SLOW, caller)
    assert await limiter.wait_for(SLOW, str(uuid4())) == 0
    assert await limiter.wait_for(Rate("other", 3, 0.001), caller) == 0


async def test_a_bucket_fills_again(redis: Redis) -> None:
    limiter, caller = RateLimiter(redis), str(uuid4())
    quick = Rate("quick", capacity=1, per_second=200)
    assert await limiter.wait_for(quick, caller) == 0
    while (wait := await limiter.wait_for(quick, caller)) > 0:  # noqa: ASYNC110 - told how long
        await asyncio.sleep(wait)


async def test_a_bucket_nobody_uses_leaves_no_trace(redis: Redis) -> None:
    limiter, caller = RateLimiter(redis), str(uuid4())
    await limiter.wait_for(Rate("short", capacity=1, per_second=1000), caller)
    assert 0 < await redis.pttl(f"edge:rate:short:{caller}") <= 1001


async def test_requests_pass_while_nobody_can_count() -> None:
    away = Redis.from_url(closed_address().replace("http", "redis"))
    limiter = RateLimiter(away)
    waits = [await limiter.wait_for(SLOW, "somebody") for _ in range(5)]
    await away.aclose()
    assert waits == [0] * 5
