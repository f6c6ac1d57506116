"""Which processes Partline consists of, in each of its two modes.

The arguments are those of the command line: `compose.yaml` runs the same ones in containers.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.settings import POOLS, SERVICES


class Mode(StrEnum):
    """How the apps are spread over processes."""

    TOGETHER = "together"
    PROCESSES = "processes"


ALL = "all"
GATEWAY = "gateway"
UI = "ui"
APPS: tuple[str, ...] = (GATEWAY, UI, *SERVICES)


@dataclass(frozen=True, slots=True)
class Part:
    """A process of ours: its name and the arguments of `partline` that run it."""

    name: str
    arguments: tuple[str, ...]

    @property
    def serves(self) -> bool:
        """Whether it listens for HTTP."""
        return self.arguments[0] == "serve"


SETUP = Part("setup", ("migrate", "--seed"))
WORKERS: tuple[Part, ...] = tuple(Part(f"worker-{pool}", ("worker", pool)) for pool in POOLS)


def parts(mode: Mode) -> tuple[Part, ...]:
    """Every process of ours that keeps running in this mode."""
    if mode is Mode.TOGETHER:
        return (Part("app", ("serve", ALL)), *WORKERS)
    return (*(Part(name, ("serve", name)) for name in APPS), *WORKERS)


def health_key(pool: str) -> str:
    """The key under which a worker of the pool reports, in the queue's database, that it is up."""
    return f"partline:{pool}:health-check"
