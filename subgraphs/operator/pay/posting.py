"""Double entry: what an operator earns is an expense, and is owed to the operator."""

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """WAGES is an expense; PAYABLE is what is owed to one operator."""

    WAGES = "WAGES"
    PAYABLE = "PAYABLE"


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` in minor units: a debit is above zero, a credit below."""

    account: Account
    amount: int


def postings_of(amount: int) -> tuple[Posting, Posting]:
    """The two sides of earning `amount` minor units; their sum is zero."""
    return Posting(Account.WAGES, amount), Posting(Account.PAYABLE, -amount)
