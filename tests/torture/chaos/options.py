"""What one run is asked to do."""

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

TRANSPORTS = ("redis", "rabbitmq")


@dataclass(frozen=True, slots=True)
class Options:
    """`orders` is how many are begun in a minute, `faults` how many happen in a minute.

    `only` narrows the faults to some kinds, `single` measures the recovery from each kind alone.
    """

    transport: str
    seed: int
    minutes: float
    orders: float
    faults: float
    only: tuple[str, ...]
    without: tuple[str, ...]
    single: bool
    keep: bool

    @property
    def seconds(self) -> float:
        return self.minutes * 60


def parse(arguments: Sequence[str] | None = None) -> Options:
    """The options of a command line; a seed is drawn when none is given."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.chaos", description=__doc__)
    parser.add_argument("--transport", choices=TRANSPORTS, default="redis")
    parser.add_argument("--seed", type=int, default=None, help="the same seed, the same faults")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--orders", type=float, default=170.0, help="orders begun a minute")
    parser.add_argument("--faults", type=float, default=60.0, help="faults a minute; 0 for none")
    parser.add_argument("--only", default="", help="kinds of faults, separated by commas")
    parser.add_argument("--without", default="", help="safeguards to take out, by commas")
    parser.add_argument("--single", action="store_true", help="measure each fault alone")
    parser.add_argument("--keep", action="store_true", help="keep the folder of a good run too")
    given = parser.parse_args(arguments)
    return Options(
        transport=given.transport,
        seed=secrets.randbelow(1_000_000) if given.seed is None else given.seed,
        minutes=given.minutes,
        orders=given.orders,
        faults=given.faults,
        only=_words(given.only),
        without=_words(given.without),
        single=given.single,
        keep=given.keep,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)
