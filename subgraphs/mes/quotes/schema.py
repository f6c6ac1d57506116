"""Quotes in the graph: what a part would cost, at once."""

from enum import Enum
from typing import Self
from uuid import UUID, uuid4

import strawberry

from jobs.pricing.price import STANDARD
from shared.errors import Invalid
from shared.graphql import Info
from shared.graphql.types import MoneyType, Units
from shared.messaging.events import RequestedLine
from subgraphs.mes.pricing_jobs.schema import PricingJob
from subgraphs.mes.quotes.breakdown import BreakdownLine, money
from subgraphs.mes.quotes.service import Answered, QuoteService

_AXES = 3


@strawberry.enum
class QuoteStatus(Enum):
    """`COMPUTING`: the price is rough, or not there yet, until the part is analysed."""

    READY = "ready"
    COMPUTING = "computing"
    UNAVAILABLE = "unavailable"


@strawberry.type
class QuoteProblem:
    """Why there is no price, and what can be chosen or done instead."""

    code: str
    message: str


@strawberry.input
class QuoteInput:
    """A part as it would be ordered; `rotation` in degrees about x, y, z. `leadTime` is a code of
    `leadTimes`."""

    model_id: strawberry.ID
    material: str
    finish: str
    quantity: int
    scale: float = 1.0
    units: Units = Units.MM
    rotation: list[float] = strawberry.field(default_factory=lambda: [0.0, 0.0, 0.0])
    lead_time: str = STANDARD

    def line(self) -> RequestedLine:
        """Raises Invalid for what is no model's id, or not three angles."""
        if len(self.rotation) != _AXES:
            raise Invalid("Give three angles in degrees: about x, y and z.", "ROTATION")
        try:
            model_id = UUID(self.model_id)
        except ValueError:
            raise Invalid("There is no such model. Upload the file first.", "MODEL_ID") from None
        x, y, z = self.rotation
        return RequestedLine(
            line_id=uuid4(),
            model_id=model_id,
            material=self.material,
            finish=self.finish,
            quantity=self.quantity,
            scale=self.scale,
            units=self.units.value,
            rotation=(x, y, z),
            lead_time=self.lead_time,
        )


@strawberry.type
class Quote:
    """What a part would cost, tax included; the breakdown sums to `total`.

    `low` and `high` are where the total is expected; wide while it is rough. `review`: why a
    person looks at the part before it is made; empty when the price is sure.
    """

    status: QuoteStatus
    rough: bool
    unit: MoneyType | None = None
    total: MoneyType | None = None
    low: MoneyType | None = None
    high: MoneyType | None = None
    breakdown: list[BreakdownLine]
    print_seconds: float | None = None
    material_mm3: float | None = None
    review: list[str] = strawberry.field(default_factory=list)
    job: PricingJob | None = None
    problem: QuoteProblem | None = None

    @classmethod
    def of(cls, answered: Answered) -> Self:
        """The answer in the words of the graph."""
        quote, price = answered.quote, answered.quote.price
        refusal = quote.refusal
        return cls(
            status=QuoteStatus(quote.status.value),
            rough=price.rough if price else False,
            unit=money(price.unit_minor, price.currency) if price else None,
            total=money(price.total_minor, price.currency) if price else None,
            low=money(price.low_minor, price.currency) if price else None,
            high=money(price.high_minor, price.currency) if price else None,
            breakdown=BreakdownLine.all_of(price, with_tax=True) if price else [],
            print_seconds=price.print_time_s if price else None,
            material_mm3=price.material_mm3 if price else None,
            review=list(price.review) if price else [],
            job=PricingJob.of(answered.job) if answered.job else None,
            problem=QuoteProblem(code=refusal.code, message=refusal.message) if refusal else None,
        )


@strawberry.type
class QuoteQuery:
    @strawberry.field(description="Answers at once and computes no geometry.")
    async def quote(self, info: Info, input: QuoteInput) -> Quote | None:  # noqa: A002
        service = QuoteService(info.context.runtime)
        return Quote.of(await service.ask(input.line(), info.context.identity))


@strawberry.type
class QuoteMutation:
    @strawberry.mutation(description="As `quote`, and has the part analysed if it is not yet.")
    async def request_quote(self, info: Info, input: QuoteInput) -> Quote:  # noqa: A002
        service = QuoteService(info.context.runtime)
        return Quote.of(await service.request(input.line(), info.context.identity))
