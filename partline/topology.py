"""Which processes Partline consists of, in each of its two modes.

The arguments are those of the command line: `compose.yaml` runs the same ones in containers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.settings import POOLS, SERVICES


class Mode(StrEnum):
    """How the apps are spread over processes."""

    TOGETHER = "together"
    PROCESSES = "processes"


ALL = "all"
GATEWAY = "gateway"
UI = "ui"
APPS: tuple[str, ...] = (GATEWAY, UI, *SERVICES)


POOL_SERVICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"priority": ("mes",), "regular": ("mes",), "models": ("editor",)}
)
"""Which services have tasks for a worker pool."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process of ours: its name and the arguments of `partline` that run it.

    It is given the addresses of `databases` and no other's; only one that `signs` gets the key
    with which the gateway proves itself to the subgraphs, and only one that `asks` other services
    for events that it missed gets the key and the addresses for that.
    """

    name: str
    arguments: tuple[str, ...]
    databases: tuple[str, ...] = ()
    signs: bool = False
    asks: bool = False

    @property
    def serves(self) -> bool:
        """Whether it listens for HTTP."""
        return self.arguments[0] == "serve"


SETUP = Part("setup", ("migrate", "--seed"), databases=SERVICES)
TOGETHER = Part("app", ("serve", ALL), databases=SERVICES, signs=True)
SEPARATE = (
    Part(GATEWAY, ("serve", GATEWAY), signs=True),
    Part(UI, ("serve", UI)),
    *(Part(name, ("serve", name), databases=(name,), asks=True) for name in SERVICES),
)


def worker(*pools: str) -> Part:
    """A process that serves one pool, or several side by side; each keeps its own slots."""
    services = dict.fromkeys(service for pool in pools for service in POOL_SERVICES[pool])
    name = f"worker-{pools[0]}" if len(pools) == 1 else "workers"
    return Part(name, ("worker", *pools), databases=tuple(services))


def parts(mode: Mode) -> tuple[Part, ...]:
    """Every process of ours that keeps running in this mode.

    A worker takes 150 MB, so together all pools share one: their jobs compute in processes of
    their own in any case.
    """
    if mode is Mode.TOGETHER:
        return (TOGETHER, worker(*POOLS))
    return (*SEPARATE, *(worker(pool) for pool in POOLS))


def health_key(pool: str) -> str:
    """The key under which a worker of the pool reports, in the queue's database, that it is up."""
    return f"partline:{pool}:health-check"
