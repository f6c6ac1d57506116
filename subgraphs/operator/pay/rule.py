"""What an operator earns with an order: a base and a share of its total, for each step."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PayStep(StrEnum):
    FINISH = "FINISH"
    SHIP = "SHIP"


@dataclass(frozen=True, slots=True)
class StepRate:
    """`base` in minor units of the currency; `share` of the order's total in basis points."""

    step: PayStep
    base: int
    share: int


@dataclass(frozen=True, slots=True)
class PayRule:
    version: int
    currency: str
    rates: tuple[StepRate, ...]

    def amount(self, step: PayStep, order_total: int) -> int:
        """Minor units booked for `step` of an order of `order_total` minor units; half a unit
        is rounded up. Zero for a step the rule does not pay."""
        return sum(
            rate.base + share_of(order_total, rate.share)
            for rate in self.rates
            if rate.step is step
        )

    def whole(self, order_total: int) -> int:
        """Minor units for all steps of one order together."""
        return sum(self.amount(step, order_total) for step in PayStep)


def share_of(total: int, basis_points: int) -> int:
    return (total * basis_points + 5_000) // 10_000


def newest(rules: Iterable[PayRule], currency: str) -> PayRule | None:
    """The rule in force for orders in `currency`."""
    return max(
        (rule for rule in rules if rule.currency == currency),
        key=lambda rule: rule.version,
        default=None,
    )
