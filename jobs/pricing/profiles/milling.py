"""Milling: offered, and always priced by a person."""

from dataclasses import dataclass
from typing import Literal

from jobs.pricing.profiles.limits import Limits

ASK_A_PERSON = "Milling is priced by a person, who looks at clamping, tools and tolerances."


@dataclass(frozen=True)
class CncProfile:
    """What a part costs to mill depends on clamping, tools and tolerances that no mesh holds, so
    there is nothing here to compute with."""

    code: str
    technology: Literal["cnc"]
    limits: Limits
