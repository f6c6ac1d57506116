"""mes on real servers, empty for each test but for its price book."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from jobs.models.samples import write_sample
from shared.identity import Identity
from shared.ids import new_id
from shared.messaging.event import Event
from shared.messaging.events import (
    FileUploaded,
    ModelFacts,
    OrderPricingRequested,
    RequestedLine,
)
from shared.service import Runtime
from shared.storage import ObjectStorage
from subgraphs.mes.main import create
from subgraphs.mes.metadata import metadata
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricing_jobs.sweeper import PricingSweeper
from tests.integration.databases import migrated
from tests.integration.mes.book_keeper import Manager
from tests.integration.subgraph import Calls, Subgraph, create_bucket, somebody, storage_settings
from tests.servers import ObjectStore, PostgresServer


@dataclass
class Mes:
    """The service, the calls to its workers, and a customer with a part."""

    graph: Subgraph
    runtime: Runtime
    calls: Calls
    part: bytes
    owner: Identity = field(default_factory=lambda: somebody("customer"))

    async def store(self, model_id: UUID, body: bytes | None = None) -> FileUploaded:
        """Put a file into storage, as the editor does, and give the event that tells of it."""
        content = self.part if body is None else body
        key = f"models/{model_id}/original"
        await self.runtime.storage.put(key, content, "model/stl")
        return FileUploaded(
            model_id=model_id,
            owner_id=self.owner.subject,
            file_name="part.stl",
            size=len(content),
            content_hash=hashlib.sha256(content).hexdigest(),
            object_key=key,
            format="stl",
            facts=ModelFacts(
                units="MM",
                units_certain=True,
                box_mm=(40, 30, 20),
                volume_mm3=8000,
                area_mm2=5000,
                triangles=500,
                bodies=1,
                watertight=True,
            ),
        )

    async def upload(self, body: bytes | None = None) -> UUID:
        """A model that mes has heard of."""
        model_id = new_id()
        await self.tell("editor", model_id, await self.store(model_id, body))
        return model_id

    async def tell(self, producer: str, aggregate_id: UUID, event: Event) -> None:
        """Let mes have an event."""
        await self.graph.receive(self.graph.envelope(producer, aggregate_id, event))

    async def order(
        self, *models: UUID, order_id: UUID | None = None, revision: int = 1, **more: Any
    ) -> UUID:
        """Ask for the price of an order with a line for each model; gives its id."""
        order_id = order_id or new_id()
        line = {"material": "PLA", "finish": "raw", "quantity": 2} | more
        channel = line.pop("channel", "SHOP")
        await self.tell(
            "shop",
            order_id,
            OrderPricingRequested(
                order_id=order_id,
                revision=revision,
                channel=channel,
                owner_id=self.owner.subject,
                lines=tuple(
                    RequestedLine(line_id=new_id(), model_id=model, **line) for model in models
                ),
                currency="EUR",
            ),
        )
        return order_id

    async def work(self) -> None:
        """Do what workers were called for, each in its pool."""
        while self.calls.made:
            pool, name, arguments = self.calls.made.pop(0)
            tasks = {task.__name__: task for task in self.graph.service.tasks[pool]}
            await tasks[name](*arguments)

    async def sweep(
        self, patience: timedelta = timedelta(0), grace: timedelta = timedelta(0)
    ) -> None:
        """Look once for what fell out of the queue, with no patience unless it is given."""
        pricing = OrderPricing(self.runtime)
        await PricingSweeper(self.runtime, pricing, patience, grace).sweep()

    async def jobs(self, columns: str = "stage") -> list[Any]:
        """Of every job, oldest first."""
        query = sa.text(f"select {columns} from pricing_job order by created_at")
        async with self.graph.database.reading() as session:
            rows = (await session.execute(query)).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    async def change_jobs(self, assignment: str) -> None:
        """Change every job behind the service's back."""
        async with self.graph.database.transaction() as session:
            await session.execute(sa.text(f"update pricing_job set {assignment}"))


@pytest.fixture(scope="session")
def sample_part(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("parts")
    return write_sample("hook", folder / "hook.stl").read_bytes()


@pytest_asyncio.fixture(scope="session")
async def mes_database(postgres: PostgresServer) -> AsyncIterator[Database]:
    database = await migrated(postgres, "mes")
    yield database
    await database.close()


@pytest_asyncio.fixture(scope="session")
async def mes_storage(s3: ObjectStore) -> AsyncIterator[ObjectStorage]:
    create_bucket(s3, "mes")
    storage = ObjectStorage(storage_settings(s3, "mes"))
    yield storage
    storage.close()


@pytest_asyncio.fixture
async def mes(
    mes_database: Database, mes_storage: ObjectStorage, s3: ObjectStore, sample_part: bytes
) -> Mes:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    async with mes_database.transaction() as session:
        await session.execute(sa.text(f"truncate {tables}"))
    calls = Calls()
    runtime = Runtime(storage_settings(s3, "mes"), mes_database, mes_storage, calls)
    service = create(runtime)
    assert service.seed is not None
    await service.seed()
    return Mes(Subgraph(service), runtime, calls, sample_part)


@pytest.fixture
async def manager(mes: Mes) -> Manager:
    return await Manager(mes).begin()
