"""What the graph answers about customers, and what staff can do."""

from typing import Annotated

import strawberry

from shared.graphql import Info
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from shared.graphql.types import IDEMPOTENCY_KEY, PageInfo
from shared.identity import require
from subgraphs.crm.access import CARERS
from subgraphs.crm.customers import repository, service
from subgraphs.crm.customers.kind import CustomerKind
from subgraphs.crm.customers.repository import Filter
from subgraphs.crm.customers.types import Customer
from subgraphs.crm.identifiers import parse_id

_COUNTED = 1_000


@strawberry.type
class CustomerConnection:
    """A page of customers, newest first."""

    nodes: list[Customer]
    page_info: PageInfo
    wanted: strawberry.Private[Filter]

    @strawberry.field(description=f"How many there are in all, counted up to {_COUNTED:,}.")
    async def total_count(self, info: Info) -> int | None:
        async with info.context.runtime.database.reading() as session:
            return await repository.count(session, self.wanted, _COUNTED)


@strawberry.type
class CustomerQuery:
    @strawberry.field(description="Customers and partners; for crm and managers.")
    async def customers(
        self,
        info: Info,
        search: str | None = None,
        kind: CustomerKind | None = None,
        first: int = 25,
        after: str | None = None,
    ) -> CustomerConnection | None:
        require(info.context.identity, *CARERS)
        size, place = page_size(first), None if after is None else decode_cursor(after)
        wanted = Filter(search=search, kind=kind)
        async with info.context.runtime.database.reading() as session:
            rows = await repository.page(session, wanted, place, size + 1)
        shown = rows[:size]
        end = encode_cursor(shown[-1].since, shown[-1].id) if shown else None
        return CustomerConnection(
            nodes=[Customer.of(row) for row in shown],
            page_info=PageInfo(has_next_page=len(rows) > size, end_cursor=end),
            wanted=wanted,
        )

    @strawberry.field(description="Null when it does not exist or is not the caller's to see.")
    async def customer(self, info: Info, id: strawberry.ID) -> Customer | None:  # noqa: A002
        return await Customer.visible(info, id)


@strawberry.type
class CustomerMutation:
    @strawberry.mutation(description="Write down something about a customer.")
    async def add_customer_note(
        self,
        info: Info,
        customer_id: strawberry.ID,
        text: str,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> Customer:
        customer, identity = parse_id(customer_id, "customer"), info.context.identity
        async with info.context.runtime.database.transaction() as session:
            row = await service.add_note(session, identity, customer, text, key=idempotency_key)
        return Customer.of(row)
