"""What mes adds to an order in the graph: its price, and the computing behind it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from jobs.pricing.price import Price
from jobs.pricing.rounding import share
from shared.graphql import Info
from shared.graphql.types import MoneyType
from subgraphs.mes.offers.repository import OfferRepository
from subgraphs.mes.offers.tables import OfferRow
from subgraphs.mes.offers.types import Offer
from subgraphs.mes.orders.access import may_see
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.tables import OrderPriceRow, OrderRequestRow
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.schema import PricingJob
from subgraphs.mes.pricing_jobs.tables import PricingJobRow
from subgraphs.mes.quotes.breakdown import BreakdownLine, money


@strawberry.type
class LinePrice:
    """The price of a line before tax; the amounts of its breakdown sum to `total`."""

    line_id: strawberry.ID
    unit: MoneyType
    total: MoneyType
    breakdown: list[BreakdownLine]
    print_seconds: float = strawberry.field(description="Of all parts of the line.")
    material_mm3: float = strawberry.field(description="Of all parts of the line, with supports.")
    review: list[str] = strawberry.field(
        description="Why a person looks at the part before it is made; empty when it is sure."
    )

    @classmethod
    def of(cls, line_id: str, price: Price) -> Self:
        """The price of one line as it was stored."""
        return cls(
            line_id=strawberry.ID(line_id),
            unit=money(share(price.net_minor, price.quantity), price.currency),
            total=money(price.net_minor, price.currency),
            breakdown=BreakdownLine.all_of(price, with_tax=False),
            print_seconds=price.print_time_s,
            material_mm3=price.material_mm3,
            review=list(price.review),
        )


@strawberry.type
class OrderPrice:
    """The price of one revision of an order; `total` includes `tax`."""

    revision: int
    total: MoneyType
    tax: MoneyType
    valid_until: datetime
    price_book: int
    lines: list[LinePrice]

    @classmethod
    def of(cls, row: OrderPriceRow) -> Self:
        """The price of a row."""
        return cls(
            revision=row.revision,
            total=money(row.total, row.currency),
            tax=money(row.tax, row.currency),
            valid_until=row.valid_until,
            price_book=row.price_book,
            lines=[
                LinePrice.of(line["line_id"], Price.from_dict(line["price"])) for line in row.lines
            ],
        )


@federation.type(keys=["id"])
class Order:
    """An order as pricing sees it."""

    id: strawberry.ID
    request: strawberry.Private[OrderRequestRow | None]

    @strawberry.field(description="Of the order's newest revision; null while there is none.")
    async def price(self, info: Info) -> OrderPrice | None:
        if self.request is None:
            return None

        async def load(revisions: Sequence[tuple[UUID, int]]) -> list[OrderPriceRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await OrderRepository(session).prices(revisions)
            return [rows.get(order_id) for order_id, _ in revisions]

        key = (self.request.order_id, self.request.revision)
        row = await info.context.loader("prices", load).load(key)
        return None if row is None else OrderPrice.of(row)

    @strawberry.field(description="Null when the price was known without computing.")
    async def pricing(self, info: Info) -> PricingJob | None:
        if self.request is None:
            return None

        async def load(revisions: Sequence[tuple[UUID, int]]) -> list[PricingJobRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await PricingJobRepository(session).of_orders(revisions)
            return [rows.get(order_id) for order_id, _ in revisions]

        key = (self.request.order_id, self.request.revision)
        row = await info.context.loader("pricing jobs", load).load(key)
        return None if row is None else PricingJob.of(row)

    @strawberry.field(
        description="What a person was asked to price, for the newest revision that needed one."
    )
    async def offer(self, info: Info) -> Offer | None:
        if self.request is None:
            return None

        async def load(ids: Sequence[UUID]) -> list[OfferRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await OfferRepository(session).newest(ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("offers", load).load(self.request.order_id)
        return None if row is None else Offer.of(row)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002
        try:
            order_id = UUID(id)
        except ValueError:
            return None

        async def load(ids: Sequence[UUID]) -> list[OrderRequestRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await OrderRepository(session).requests(ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("order requests", load).load(order_id)
        if row is not None and not may_see(info.context.identity, row.owner_id, row.partner_id):
            return None
        return cls(id=id, request=row)
