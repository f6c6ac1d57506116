"""The SQL of `jobs.leases.LeasedRows`, for any table whose rows carry a lease; on the database's
clock."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

NOW = func.clock_timestamp()


class Leased:
    """The columns of a row that can be held: `lease_token` and `lease_until` say which worker may
    write its result, `attempts` counts the workers that took it and were not `forgiven`,
    `hinted_at` is when a worker was last called."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    forgiven: Mapped[int] = mapped_column(server_default=text("0"))
    hinted_at: Mapped[datetime | None]


Row = TypeVar("Row", bound=Leased)


class SqlLeasedRows(ABC, Generic[Row]):
    """In the caller's transaction. A subclass says of its table what may be taken, what is held
    and what is open, and how rows that are taken and given back change beside their lease."""

    row: ClassVar[type[Any]]
    most_attempts: ClassVar[int]
    most_forgiven: ClassVar[int]
    when_taken: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    when_released: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @classmethod
    @abstractmethod
    def unattended(cls) -> ColumnElement[bool]:
        """To be done, and held by nobody, or by a worker that stopped renewing."""

    @classmethod
    @abstractmethod
    def under_way(cls) -> ColumnElement[bool]:
        """In the state of what a worker has taken."""

    @classmethod
    @abstractmethod
    def is_open(cls) -> ColumnElement[bool]:
        """Not done yet, whether taken or not."""

    @classmethod
    def hopeless(cls, grace: timedelta) -> ColumnElement[bool]:
        """Every allowed attempt was counted, and the last worker has not been heard of for
        `grace`."""
        given_back = and_(cls.is_open(), cls.row.lease_until.is_(None))
        silent = and_(cls.under_way(), cls.row.lease_until < NOW - grace)
        return and_(cls.row.attempts >= cls.most_attempts, or_(given_back, silent))

    async def claim(self, row_id: UUID, token: UUID, seconds: float) -> Row | None:
        """Take a row; None when it is not to be done or somebody else holds it."""
        row = self.row
        claimed = (
            update(row)
            .where(row.id == row_id, row.attempts < self.most_attempts, self.unattended())
            .values(
                lease_token=token,
                lease_until=NOW + timedelta(seconds=seconds),
                attempts=row.attempts + 1,
                **self.when_taken,
            )
            .returning(row)
        )
        found: Row | None = (await self._session.scalars(claimed)).one_or_none()
        return found

    async def renew(self, row_id: UUID, token: UUID, seconds: float) -> bool:
        """Hold a row longer; False when it was taken away."""
        renewed = (
            update(self.row)
            .where(*self._held(row_id, token))
            .values(lease_until=NOW + timedelta(seconds=seconds))
            .returning(self.row.id)
        )
        return (await self._session.scalar(renewed)) is not None

    async def lock_held(self, row_id: UUID, token: UUID) -> Row | None:
        """The row, locked, while `token` still holds it: nobody else may write its result."""
        held = (
            select(self.row)
            .where(*self._held(row_id, token))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found: Row | None = (await self._session.scalars(held)).one_or_none()
        return found

    async def release(self, row_id: UUID, token: UUID, *, counts: bool) -> bool:
        """Give a row back; `counts` says whether the attempt tells against it."""
        released = (
            update(self.row)
            .where(*self._held(row_id, token))
            .values(
                lease_token=None,
                lease_until=None,
                attempts=self.row.attempts - (0 if counts else 1),
                hinted_at=NOW,
                **self.when_released,
            )
            .returning(self.row.id)
        )
        return (await self._session.scalar(released)) is not None

    async def forgive(self, row_id: UUID) -> None:
        """The worker of an attempt that was counted lived; at most `most_forgiven` times."""
        row = self.row
        await self._session.execute(
            update(row)
            .where(
                row.id == row_id,
                self.is_open(),
                row.attempts > 0,
                row.forgiven < self.most_forgiven,
            )
            .values(attempts=row.attempts - 1, forgiven=row.forgiven + 1)
        )

    def _held(self, row_id: UUID, token: UUID) -> tuple[ColumnElement[bool], ...]:
        return (self.row.id == row_id, self.under_way(), self.row.lease_token == token)
