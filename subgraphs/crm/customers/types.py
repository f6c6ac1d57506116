"""Customers in the graph."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from shared.graphql import Info
from subgraphs.crm.access import cares, sees_customer
from subgraphs.crm.customers import repository
from subgraphs.crm.customers.kind import CustomerKind
from subgraphs.crm.customers.tables import CustomerNoteRow, CustomerRow
from subgraphs.crm.identifiers import id_or_none

strawberry.enum(CustomerKind, description="A person, or a partner that orders for others.")


@strawberry.type
class CustomerNote:
    """What staff wrote down."""

    at: datetime
    author: str
    text: str


@federation.type(keys=["id"])
class Customer:
    """A person or partner who orders; the id is the account's."""

    id: strawberry.ID
    name: str
    email: str | None
    kind: CustomerKind
    since: datetime
    order_count: int = strawberry.field(description="How many orders were placed.")

    @strawberry.field(description="Newest first. For crm and managers; nobody else sees any.")
    async def notes(self, info: Info) -> list[CustomerNote]:
        if not cares(info.context.identity):
            return []

        async def load(ids: Sequence[UUID]) -> list[list[CustomerNoteRow]]:
            async with info.context.runtime.database.reading() as session:
                notes = await repository.notes_of(session, ids)
            return [notes[customer_id] for customer_id in ids]

        rows = await info.context.loader("notes", load).load(UUID(self.id))
        return [CustomerNote(at=row.at, author=row.author, text=row.text) for row in rows]

    @classmethod
    def of(cls, row: CustomerRow) -> Self:
        """The customer of a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            email=row.email,
            kind=row.kind,
            since=row.since,
            order_count=row.order_count,
        )

    @classmethod
    async def visible(cls, info: Info, customer_id: str) -> Self | None:
        """The customer if the caller may see it; those of one request come in one query."""
        key = id_or_none(customer_id)
        if key is None or not sees_customer(info.context.identity, key):
            return None

        async def load(ids: Sequence[UUID]) -> list[CustomerRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await repository.by_ids(session, ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("customers", load).load(key)
        return None if row is None else cls.of(row)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002
        return await cls.visible(info, id)
