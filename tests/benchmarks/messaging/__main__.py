"""All figures of delivery, one after the other; about five minutes for each transport.

    python -m tests.benchmarks.messaging [--transport redis] [--quick]

Latency at 100 and 500 events a second, sustained events a second and the transports alone, for each
transport; the inbox alone; complete journeys; the recovery after each single fault. What cannot
run here is named with its reason. The machine should do nothing else meanwhile.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.messaging.servers import TRANSPORTS
from tests.rabbitmq import rabbitmq_script

_HERE = "tests.benchmarks.messaging"


@dataclass(frozen=True, slots=True)
class Figure:
    """One program that prints figures."""

    title: str
    command: Sequence[str]

    def print(self) -> bool:
        """Run it; gives whether it ended well."""
        print(f"\n{self.title}\n$ python -m {' '.join(self.command)}", flush=True)
        return subprocess.run([sys.executable, "-m", *self.command], check=False).returncode == 0


def figures(transports: Sequence[str], *, quick: bool) -> Iterator[Figure]:
    """Those that run with these transports; `quick` measures for a shorter time."""
    seconds, events, messages = ("5", "4000", "2000") if quick else ("20", "20000", "10000")
    chosen = [word for name in transports for word in ("--transport", name)]
    yield Figure(
        "From a commit to the commit of what a consumer makes of it",
        [f"{_HERE}.latency", "--seconds", seconds, *chosen],
    )
    yield Figure("Sustained", [f"{_HERE}.sustained", "--events", events, *chosen])
    yield Figure("The transports alone", [f"{_HERE}.buses", "--messages", messages, *chosen])
    yield Figure("The inbox alone", [f"{_HERE}.inbox", "--events", "2000" if quick else "4000"])
    yield Figure(
        "Complete journeys", [f"{_HERE}.journeys", "--journeys", "100" if quick else "1000"]
    )
    for name in transports:
        yield Figure(
            f"Recovery after each fault alone, on {name}",
            ["tests.torture.chaos", "--single", "--transport", name, "--seed", "1"],
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transport", choices=TRANSPORTS, action="append")
    parser.add_argument("--quick", action="store_true", help="short runs, for a first look")
    chosen = parser.parse_args()
    transports = list(chosen.transport or TRANSPORTS)
    if "rabbitmq" in transports and rabbitmq_script() is None:
        transports.remove("rabbitmq")
        print("rabbitmq is skipped: it is not installed (apt-get install rabbitmq-server)")
    failed = [f.title for f in figures(transports, quick=chosen.quick) if not f.print()]
    for title in failed:
        print(f"failed: {title}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
