"""How many events a second go through: by one relay, and into one consumer's tables.

    python -m tests.benchmarks.messaging.sustained [--events 20000]

The outbox is filled first; then one relay and one consumer, a process each, work it off together.
"""

import argparse

from tests.benchmarks.messaging.child import child
from tests.benchmarks.messaging.servers import TRANSPORTS, Servers, servers

HEAD = f"{'transport':<10}{'events':>8}{'relayed/s':>11}{'applied/s':>11}{'µs CPU each, both':>19}"


def measure(world: Servers, events: int) -> tuple[float, float, float]:
    """Events relayed and applied a second, and microseconds of CPU of both sides for each."""
    urls = {
        side: world.postgres.create_database(f"{side}_sustained", f"bench_{side}")
        for side in ("relay", "listen")
    }
    with (
        child("listen", database_url=urls["listen"], bus_url=world.bus_url) as listener,
        child("relay", database_url=urls["relay"], bus_url=world.bus_url, events=events) as relayer,
    ):
        listener.heard()
        written = relayer.heard()["filled"]
        relayer.tell("go")
        listener.tell(written)
        relayed, listened = relayer.heard(), listener.heard()
    begun, ended = relayed["begun"], max(listened["applied"].values())
    cpu = 1e6 * (relayed["cpu"] + listened["cpu"]) / written
    return written / (relayed["ended"] - begun), written / (ended - begun), cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--transport", choices=TRANSPORTS, action="append")
    chosen = parser.parse_args()
    print(HEAD)
    for transport in chosen.transport or TRANSPORTS:
        with servers(transport) as world:
            relayed, applied, cpu = measure(world, chosen.events)
        print(
            f"{transport:<10}{chosen.events:>8}{relayed:>11.0f}{applied:>11.0f}{cpu:>19.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
