"""Money in minor units; there is no floating point between a price and its payment."""

from dataclasses import dataclass

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in minor units (cents) of `currency` (ISO 4217)."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    @property
    def text(self) -> str:
        """For people: `€ 1,234.50`, with the minus sign first."""
        sign = "-" if self.amount < 0 else ""
        whole, cents = divmod(abs(self.amount), 100)
        return f"{sign}{_SYMBOLS.get(self.currency, self.currency)} {whole:,}.{cents:02d}"
