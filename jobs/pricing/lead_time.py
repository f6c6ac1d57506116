"""How soon an order is sent, and what that costs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LeadTime:
    """Sent within `days` working days; all that is made costs `factor` times as much."""

    code: str
    name: str
    days: int
    factor: float
