"""The life of a pricing job and the rules of its two lanes."""

from enum import StrEnum

MOST_ATTEMPTS = 3
"""So often an attempt may end without an answer before a person is asked."""
MOST_FORGIVEN = 10
"""So often a worker that was merely slow may say that its attempt does not count."""


class Lane(StrEnum):
    """Partners do not wait behind shoppers."""

    PRIORITY = "priority"
    REGULAR = "regular"


class Stage(StrEnum):
    """Where a pricing job is. `SUPERSEDED`: the order has a newer revision."""

    WAITING_FOR_MODEL = "waiting_for_model"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    NEEDS_ATTENTION = "needs_attention"
    SUPERSEDED = "superseded"


OPEN = (Stage.WAITING_FOR_MODEL, Stage.QUEUED, Stage.RUNNING)


def lane_of(channel: str) -> Lane:
    """The lane of an order from this channel."""
    return Lane.PRIORITY if channel == "PARTNER" else Lane.REGULAR


def expected_seconds(ahead: int, analyses: int, typical: float, slots: int) -> float:
    """How long a job will take from now: the `ahead` jobs before it in its lane, shared by
    `slots` workers, and then its own analyses, each taking `typical` seconds."""
    return ahead * typical / max(slots, 1) + max(analyses, 1) * typical
