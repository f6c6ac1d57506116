"""What a fault is, and what it may lay its hands on."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.torture.chaos.lookout import Lookout
from tests.torture.chaos.stage import Stage
from tests.torture.chaos.traffic.crowd import Crowd
from tests.torture.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Scene:
    """The stage, whoever plays on it, and what is remembered of it."""

    stage: Stage
    crowd: Crowd
    lookout: Lookout
    ledger: Ledger


Doing = Callable[[], Awaitable[None]]
Plan = Callable[[Scene, random.Random], tuple[str, Doing]]
"""Chooses what will happen, in words for the journal, and how; a seed chooses the same again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind. It happens in proportion to `weight`; those of one `lane` never at one time.

    `transport` is the one that it belongs to, when only one has such a thing.
    """

    kind: str
    weight: float
    plan: Plan
    lane: str | None = None
    transport: str | None = None
