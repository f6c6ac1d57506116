"""What sending and receiving events need of a database, and no more."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession


class Transactions(Protocol):
    """`db.engine.Database` is one."""

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A read-write transaction: committed at the end of the block, rolled back if it raises."""

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A read-only transaction at one snapshot."""

    def glance(self) -> AbstractAsyncContextManager[AsyncSession]:
        """For a single SELECT, which is a transaction of its own."""

    def single(self) -> AbstractAsyncContextManager[AsyncSession]:
        """For a single statement that writes, which is a transaction of its own."""
