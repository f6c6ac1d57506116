"""When to start a process again that has ended, and when to give up on a start."""

from dataclasses import dataclass

FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 15.0
STEADY_SECONDS = 30.0
START_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class RestartHistory:
    """How often a process has ended shortly after its start."""

    quick_ends: int = 0

    def after_end(self, lived_seconds: float) -> "RestartHistory":
        """The history once the process has ended; a long life wipes the slate clean."""
        return RestartHistory(1 if lived_seconds >= STEADY_SECONDS else self.quick_ends + 1)

    @property
    def delay_seconds(self) -> float:
        """How long to wait before the next start: at first hardly at all, doubling each time."""
        return min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** max(0, self.quick_ends - 1))

    @property
    def hopeless(self) -> bool:
        """Whether a process that has never been ready should not be tried again."""
        return self.quick_ends >= START_ATTEMPTS
