"""Booking what an operator earned."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid
from subgraphs.operator.pay import repository
from subgraphs.operator.pay.rule import PayRule, PayStep, newest


async def rule_for(session: AsyncSession, currency: str) -> PayRule:
    """The rule in force for new work. Raises Invalid when nobody has set rates in `currency`."""
    rule = newest(await repository.rules(session), currency)
    if rule is None:
        raise Invalid(f"There are no pay rates in {currency}. Add them, then redrive this event.")
    return rule


async def book(
    session: AsyncSession,
    *,
    order_id: UUID,
    reference: str,
    step: PayStep,
    operator_id: UUID,
    order_total: int,
    currency: str,
    pay_rule: int,
) -> None:
    """Book `step` by the rule that the work was offered under, whatever rule is in force now."""
    rule = next(
        rule
        for rule in await repository.rules(session)
        if rule.version == pay_rule and rule.currency == currency
    )
    await repository.book(
        session,
        order_id=order_id,
        step=step,
        operator_id=operator_id,
        reference=reference,
        amount=rule.amount(step, order_total),
        currency=currency,
        pay_rule=pay_rule,
    )
