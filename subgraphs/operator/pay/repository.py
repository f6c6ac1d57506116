"""The pay tables' SQL."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.operator.pay.posting import Account, postings_of
from subgraphs.operator.pay.rule import PayRule, PayStep, StepRate
from subgraphs.operator.pay.tables import PayEntry

_RATES = sa.text("select version, currency, step, base, share from pay_rate")
_BOOK = sa.text("""
    with entry as (
        insert into pay_entry (
            order_id, step, operator_id, reference, amount, currency, pay_rule, day, booked_at
        ) values (
            :order_id, :step, :operator_id, :reference, :amount, :currency, :pay_rule, :day,
            :booked_at
        )
        returning order_id, step, operator_id, currency
    )
    insert into pay_posting (order_id, step, account, operator_id, amount, currency)
    select e.order_id, e.step, p.account,
           case when p.account = :payable then e.operator_id end, p.amount, e.currency
    from entry e, unnest(cast(:accounts as text[]), cast(:amounts as bigint[]))
        as p (account, amount)
""")


async def rules(session: AsyncSession) -> list[PayRule]:
    """Every version of the rule, in every currency."""
    rates: dict[tuple[int, str], list[StepRate]] = defaultdict(list)
    for version, currency, step, base, share in await session.execute(_RATES):
        rates[version, currency].append(StepRate(PayStep(step), base, share))
    return [PayRule(version, currency, tuple(of)) for (version, currency), of in rates.items()]


async def book(
    session: AsyncSession,
    *,
    order_id: UUID,
    step: PayStep,
    operator_id: UUID,
    reference: str,
    amount: int,
    currency: str,
    pay_rule: int,
) -> None:
    """Add one entry to the ledger and post both its sides. The same step of an order twice is an
    IntegrityError."""
    now = datetime.now(UTC)
    postings = postings_of(amount)
    entry = {
        "order_id": order_id,
        "step": step,
        "operator_id": operator_id,
        "reference": reference,
        "amount": amount,
        "currency": currency,
        "pay_rule": pay_rule,
        "day": now.date(),
        "booked_at": now,
        "accounts": [posting.account for posting in postings],
        "amounts": [posting.amount for posting in postings],
        "payable": Account.PAYABLE,
    }
    await session.execute(_BOOK, entry)


async def entries(session: AsyncSession, operator_id: UUID, day: date) -> Sequence[PayEntry]:
    """What an operator earned on a day in UTC, newest first."""
    query = (
        sa.select(PayEntry)
        .where(PayEntry.operator_id == operator_id, PayEntry.day == day)
        .order_by(PayEntry.booked_at.desc())
    )
    return (await session.scalars(query)).all()
