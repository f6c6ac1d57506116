"""From a commit to the commit of what a consumer makes of it.

    python -m tests.benchmarks.messaging.latency [--rate 100 --rate 500] [--seconds 20]

Commands are committed at a fixed rate, whatever becomes of the earlier ones, in one process with
its relay; a consumer in another applies each event with a row of its own. Prints p50, p99 and the
longest in ms, and how many arrived.
"""

import argparse
from statistics import quantiles

from tests.benchmarks.messaging.child import child
from tests.benchmarks.messaging.servers import TRANSPORTS, Servers, servers

HEAD = f"{'transport':<10}{'events/s':>9}{'events':>8}{'p50 ms':>9}{'p99 ms':>9}{'longest':>9}"


def measure(world: Servers, name: str, rate: float, seconds: float) -> list[float]:
    """Milliseconds from commit to commit, of each event that arrived."""
    urls = {
        side: world.postgres.create_database(f"{side}_{name}", f"bench_{side}")
        for side in ("write", "listen")
    }
    with child("listen", database_url=urls["listen"], bus_url=world.bus_url) as listener:
        listener.heard()
        with child(
            "write",
            database_url=urls["write"],
            bus_url=world.bus_url,
            rate=rate,
            seconds=seconds,
        ) as writer:
            committed = writer.heard()["committed"]
            listener.tell(len(committed) + 1)  # the first one, which is not measured, comes too
            applied = listener.heard()["applied"]
    return [1_000 * (applied[id_] - at) for id_, at in committed.items() if id_ in applied]


def line(transport: str, rate: float, delays: list[float]) -> str:
    cuts = quantiles(delays, n=100)
    return (
        f"{transport:<10}{rate:>9.0f}{len(delays):>8}{cuts[49]:>9.1f}{cuts[98]:>9.1f}"
        f"{max(delays):>9.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, action="append")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--transport", choices=TRANSPORTS, action="append")
    chosen = parser.parse_args()
    print(HEAD)
    for transport in chosen.transport or TRANSPORTS:
        for rate in chosen.rate or (100.0, 500.0):
            with servers(transport) as world:
                delays = measure(world, "latency", rate, chosen.seconds)
            print(line(transport, rate, delays), flush=True)


if __name__ == "__main__":
    main()
