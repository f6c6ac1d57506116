"""Ground for layer B and for the invariants' own tests, made once for a run."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest_asyncio

from jobs.models.samples import write_sample
from tests.servers import ObjectStore, PostgresServer
from tests.torture.crash_points.ground import Ground, ground
from tests.torture.crash_points.journey import Journey

BUS_DATABASE, QUEUE_DATABASE = "/13", "/14"


@pytest_asyncio.fixture(scope="session")
async def soil(postgres: PostgresServer, valkey_url: str, s3: ObjectStore) -> AsyncIterator[Ground]:
    """All services' databases, empty but for one model that can be ordered."""
    urls = [valkey_url.removesuffix("/0") + name for name in (BUS_DATABASE, QUEUE_DATABASE)]
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        async with ground(postgres, urls[0], urls[1], s3, Path(name)) as made:
            yield made
            await made.leave()


@pytest_asyncio.fixture
async def nobody_stays(soil: Ground) -> AsyncIterator[None]:
    """What a test that fails has left running would take part in the next one."""
    yield
    await soil.leave()


@pytest_asyncio.fixture(scope="session")
async def model(soil: Ground) -> UUID:
    """A part that was uploaded, looked at and analysed: ordering a copy of it needs no worker."""
    client = soil.client()
    async with soil.world() as world:
        journey = Journey(client, soil.ledger, world, UUID(int=0))
        file = await asyncio.to_thread(write_sample, "hook", soil.folder / "hook.stl")
        model_id = await journey.upload(file.read_bytes())
        await journey.until(lambda: _analysed(journey), "an analysis")
    await client.stop()
    return model_id


async def _analysed(journey: Journey) -> bool:
    return bool(await journey.world.value("mes", "select exists (select from analysis)"))
