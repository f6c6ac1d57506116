"""A service's runtime that is wired and not connected, for what needs no server."""

from collections.abc import Collection

from pydantic import SecretStr

from db.engine import Database
from shared.service import Runtime
from shared.settings import Settings
from shared.storage import ObjectStorage


class RefusingQueue:
    """A queue for tests in which nothing may be enqueued."""

    async def enqueue(
        self, pool: str, task: str, *arguments: str, call_id: str | None = None
    ) -> None:
        raise AssertionError(f"nothing here enqueues {task} {arguments} on {pool}")

    async def waiting(self, pool: str, call_ids: Collection[str]) -> frozenset[str]:
        raise AssertionError(f"nothing here asks for calls on {pool}")

    async def forget(self, pool: str, call_ids: Collection[str]) -> None:
        raise AssertionError(f"nothing here forgets calls on {pool}")


def unconnected(service: str) -> Runtime:
    """The runtime of `service`; whoever uses its database or storage fails."""
    settings = Settings(s3_access_key="nobody", s3_secret_key=SecretStr("nothing"))
    return Runtime(
        settings=settings,
        database=Database("postgresql://nobody@127.0.0.1:1/nothing", name=service),
        storage=ObjectStorage(settings),
        queue=RefusingQueue(),
    )
