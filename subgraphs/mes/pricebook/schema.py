"""Materials, finishes and the price book in the graph. Everyone may read the first two."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Self

import strawberry
from strawberry import federation

from jobs.pricing import book as pricing
from jobs.pricing import lead_time
from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.paging import page_size
from shared.identity import STAFF, require
from subgraphs.mes.pricebook.asking import customer_asking
from subgraphs.mes.pricebook.current import book_in_force, published
from subgraphs.mes.pricebook.repository import PriceBookRepository, Publication
from subgraphs.mes.pricebook.types import PriceBookChange, PriceBookSection


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
    """One version of all prices. Staff see which one counts; managers see what is in it, who
    published it and why."""

    version: int
    valid_from: datetime
    publication: strawberry.Private[Publication]

    @classmethod
    async def find(cls, info: Info, version: int) -> "PriceBookVersion":
        """Raises NotFound."""
        async with info.context.runtime.database.reading() as session:
            found = await PriceBookRepository(session).publication(version)
        if found is None:
            raise NotFound(f"There is no version {version} of the price book. Choose another.")
        return cls.of(found)

    @classmethod
    def of(cls, publication: Publication) -> "PriceBookVersion":
        """A version by what is known of its publication."""
        return cls(
            version=publication.version,
            valid_from=publication.valid_from,
            publication=publication,
        )

    @strawberry.field
    async def currency(self, info: Info) -> str:
        return (await self._book(info)).currency

    @strawberry.field
    async def tax_percent(self, info: Info) -> float:
        return (await self._book(info)).tax_percent

    @strawberry.field(description="Null for the first, which came with the installation.")
    def published_by(self, info: Info) -> str | None:
        require(info.context.identity, "manager")
        return self.publication.by

    @strawberry.field
    def reason(self, info: Info) -> str | None:
        require(info.context.identity, "manager")
        return self.publication.reason

    @strawberry.field(description="The older version that it began with, if it did.")
    def copied_from(self, info: Info) -> int | None:
        require(info.context.identity, "manager")
        return self.publication.copied_from

    @strawberry.field(description="All that is in it.")
    async def sections(self, info: Info) -> list[PriceBookSection] | None:
        require(info.context.identity, "manager")
        return PriceBookSection.all_of(await self._book(info))

    @strawberry.field(description="What it made different from the version before it.")
    async def changes(self, info: Info) -> list[PriceBookChange] | None:
        require(info.context.identity, "manager")
        async with info.context.runtime.database.reading() as session:
            before = await PriceBookRepository(session).find(self.version - 1)
        if before is None:
            return []
        return PriceBookChange.all_of(before.book, await self._book(info))

    async def _book(self, info: Info) -> pricing.PriceBook:
        async with info.context.runtime.database.reading() as session:
            return await published(session, self.version)


@strawberry.type
class PriceBookQuery:
    @strawberry.field(description="All materials that parts can be ordered in.")
    async def materials(self, info: Info) -> list[Material] | None:
        book = await _book(info)
        return [Material.of(material, book) for material in book.materials]

    @strawberry.field(description="The lead times to choose from, on the caller's own terms.")
    async def lead_times(self, info: Info) -> list[LeadTime] | None:
        customer = customer_asking(info.context.identity)
        book = await _book(info)
        return [LeadTime.of(lead) for lead in book.lead_times_for(customer)]

    @strawberry.field(description="The prices that are in force, or an older version; for staff.")
    async def price_book(self, info: Info, version: int | None = None) -> PriceBookVersion | None:
        require(info.context.identity, *STAFF)
        if version is None:
            version = (await _book(info)).version
        return await PriceBookVersion.find(info, version)

    @strawberry.field(description="The versions, newest first, those before `before`; managers.")
    async def price_book_versions(
        self, info: Info, first: int = 25, before: int | None = None
    ) -> list[PriceBookVersion] | None:
        require(info.context.identity, "manager")
        async with info.context.runtime.database.reading() as session:
            found = await PriceBookRepository(session).publications(page_size(first), before)
        return [PriceBookVersion.of(publication) for publication in found]


async def _book(info: Info) -> pricing.PriceBook:
    """The price book, asked for once in a request."""

    async def load(keys: Sequence[str]) -> list[pricing.PriceBook]:
        del keys
        async with info.context.runtime.database.reading() as session:
            return [(await book_in_force(session)).book]

    return await info.context.loader("price book", load).load("in force")
