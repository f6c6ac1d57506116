"""Which orders a person has to look at."""

from collections.abc import Sequence

from shared.money import Money

AUTOMATIC = "the review rule"
"""Who decides when nobody has to."""


def reasons_to_review(total: Money, limit: int, warnings: Sequence[str]) -> list[str]:
    """Why a person has to look, in words; empty when the order may go on by itself.

    `limit` in minor units of the total's currency: from there on a person looks.
    """
    reasons = []
    if total.amount >= limit:
        reasons.append(
            f"The total of {total.text} is not below {Money(limit, total.currency).text}."
        )
    return reasons + list(warnings)
