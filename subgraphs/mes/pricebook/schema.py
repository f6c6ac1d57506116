"""Materials, finishes and the price book in the graph. Everyone may read the first two."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Self

import strawberry
from strawberry import federation

from jobs.pricing import book as pricing
from jobs.pricing import lead_time
from jobs.pricing.agreement import Customer
from shared.graphql import Info
from shared.identity import STAFF, require
from subgraphs.mes.pricebook.current import book_in_force


@strawberry.enum
class Technology(Enum):
    """How a part is made."""

    FDM = "fdm"
    SLA = "sla"
    SLS = "sls"
    CASTING = "casting"
    CNC = "cnc"


@federation.type(keys=["code"])
class Finish:
    """What is done to the surface of a part."""

    code: str
    name: str
    description: str

    @classmethod
    def of(cls, finish: pricing.Finish) -> Self:
        """A finish of the price book."""
        return cls(code=finish.code, name=finish.name, description=finish.description)

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        found = (await _book(info)).finish(code)
        return None if found is None else cls.of(found)


@federation.type(keys=["code"])
class Material:
    """What a part is made of. Lengths in mm; `color` is a CSS colour."""

    code: str
    name: str
    technology: Technology
    description: str
    color: str
    max_box_mm: list[float]
    min_wall_mm: float
    finishes: list[Finish]

    @classmethod
    def of(cls, material: pricing.Material, book: pricing.PriceBook) -> Self:
        """A material of the price book."""
        return cls(
            code=material.code,
            name=material.name,
            technology=Technology(material.technology),
            description=material.description,
            color=material.color,
            max_box_mm=list(book.largest_box(material)),
            min_wall_mm=material.min_wall_mm,
            finishes=[Finish.of(finish) for finish in book.finishes_of(material)],
        )

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        book = await _book(info)
        found = book.material(code)
        return None if found is None else cls.of(found, book)


@strawberry.type
class LeadTime:
    """How soon a part is sent: within `days` working days. What is made costs `factor` times as
    much as listed."""

    code: str
    name: str
    days: int
    factor: float

    @classmethod
    def of(cls, lead: lead_time.LeadTime) -> Self:
        """A lead time of the price book."""
        return cls(code=lead.code, name=lead.name, days=lead.days, factor=lead.factor)


@strawberry.type
class PriceBookVersion:
    """The prices that are in force."""

    version: int
    currency: str
    tax_percent: float
    valid_from: datetime


@strawberry.type
class PriceBookQuery:
    @strawberry.field(description="All materials that parts can be ordered in.")
    async def materials(self, info: Info) -> list[Material] | None:
        book = await _book(info)
        return [Material.of(material, book) for material in book.materials]

    @strawberry.field(description="The lead times to choose from, on the caller's own terms.")
    async def lead_times(self, info: Info) -> list[LeadTime] | None:
        identity = info.context.identity
        customer = Customer(account=str(identity.partner or identity.subject))
        book = await _book(info)
        return [LeadTime.of(lead) for lead in book.lead_times_for(customer)]

    @strawberry.field(description="The prices that are in force; for staff.")
    async def price_book(self, info: Info) -> PriceBookVersion | None:
        require(info.context.identity, *STAFF)
        async with info.context.runtime.database.reading() as session:
            found = await book_in_force(session)
        return PriceBookVersion(
            version=found.book.version,
            currency=found.book.currency,
            tax_percent=found.book.tax_percent,
            valid_from=found.valid_from,
        )


async def _book(info: Info) -> pricing.PriceBook:
    """The price book, asked for once in a request."""

    async def load(keys: Sequence[str]) -> list[pricing.PriceBook]:
        del keys
        async with info.context.runtime.database.reading() as session:
            return [(await book_in_force(session)).book]

    return await info.context.loader("price book", load).load("in force")
