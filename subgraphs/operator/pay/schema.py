"""An operator's earnings in the graph."""

from datetime import UTC, date, datetime

import strawberry

from shared.errors import Invalid
from shared.graphql import Info
from shared.graphql.types import MoneyType
from shared.identity import require
from shared.money import Money
from subgraphs.operator.pay import repository
from subgraphs.operator.pay.tables import PayEntry as PayRow


@strawberry.type
class PayEntry:
    at: datetime
    reference: str
    step: str
    amount: MoneyType

    @classmethod
    def of(cls, row: PayRow) -> "PayEntry":
        return cls(
            at=row.booked_at,
            reference=row.reference,
            step=row.step.value,
            amount=MoneyType.of(Money(row.amount, row.currency)),
        )


@strawberry.type
class Earnings:
    day: str
    total: MoneyType
    count: int
    entries: list[PayEntry]


@strawberry.type
class PayQuery:
    @strawberry.field
    async def earnings(self, info: Info, day: str | None = None) -> Earnings | None:
        """One's own earnings of a day in UTC, as 2026-01-31; today's by default."""
        context = info.context
        require(context.identity, "operator", "manager")
        which = _day(day)
        async with context.runtime.database.reading() as session:
            rows = await repository.entries(session, context.identity.subject, which)
        currency = context.runtime.settings.currency
        total = sum((Money(row.amount, row.currency) for row in rows), Money(0, currency))
        return Earnings(
            day=which.isoformat(),
            total=MoneyType.of(total),
            count=len(rows),
            entries=[PayEntry.of(row) for row in rows],
        )


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Give the day as year-month-day, for example 2026-01-31.") from error
