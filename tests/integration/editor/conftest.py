"""The editor on real servers, empty for each test."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.identity import Identity
from shared.service import Runtime
from shared.storage import ObjectStorage
from subgraphs.editor.main import create
from subgraphs.editor.metadata import metadata
from tests.integration.databases import migrated
from tests.integration.subgraph import Calls, Subgraph, create_bucket, somebody, storage_settings
from tests.servers import ObjectStore, PostgresServer

UPLOAD = """mutation($name: String!, $size: Int!, $type: String) {
  createUpload(fileName: $name, size: $size, contentType: $type) {
  url method headers { name value } expiresAt model { id status } } }"""
COMPLETE = "mutation($id: ID!) { completeUpload(modelId: $id) { id status } }"


@dataclass(frozen=True)
class Editor:
    """The service, the calls to its workers, and a person who uploads."""

    graph: Subgraph
    runtime: Runtime
    calls: Calls
    owner: Identity

    async def upload(self, body: bytes, name: str = "part.stl") -> UUID:
        """Create an upload, send the bytes to its address, and complete it."""
        data = await self.graph.data(self.owner, UPLOAD, name=name, size=len(body))
        upload = data["createUpload"]
        await send(upload, body)
        await self.graph.data(self.owner, COMPLETE, id=upload["model"]["id"])
        return UUID(upload["model"]["id"])

    async def work(self) -> None:
        """Do what workers were called for."""
        tasks = {task.__name__: task for task in self.graph.service.tasks["models"]}
        while self.calls.made:
            _, name, arguments = self.calls.made.pop(0)
            await tasks[name](*arguments)


async def send(upload: Mapping[str, Any], body: bytes) -> None:
    """Send the bytes to the address of a `createUpload`."""
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    async with httpx.AsyncClient() as http:
        sent = await http.request(upload["method"], upload["url"], headers=headers, content=body)
    assert sent.status_code == 200, sent.text


@pytest_asyncio.fixture(scope="session")
async def editor_database(postgres: PostgresServer) -> AsyncIterator[Database]:
    database = await migrated(postgres, "editor")
    yield database
    await database.close()


@pytest_asyncio.fixture(scope="session")
async def editor_storage(s3: ObjectStore) -> AsyncIterator[ObjectStorage]:
    create_bucket(s3, "editor")
    storage = ObjectStorage(storage_settings(s3, "editor"))
    yield storage
    storage.close()


@pytest_asyncio.fixture
async def editor(
    editor_database: Database, editor_storage: ObjectStorage, s3: ObjectStore
) -> Editor:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    async with editor_database.transaction() as session:
        await session.execute(sa.text(f"truncate {tables}"))
    calls = Calls()
    settings = storage_settings(s3, "editor", demo=True, upload_max_bytes=64 * 1024 * 1024)
    runtime = Runtime(settings, editor_database, editor_storage, calls)
    return Editor(Subgraph(create(runtime)), runtime, calls, somebody("visitor"))
