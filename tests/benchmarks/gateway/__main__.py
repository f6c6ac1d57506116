"""What a request costs the gateway in CPU time, beside the gateways for Node and a floor.

    python -m tests.benchmarks.gateway [--rounds N] [--without-node]

Each round asks every gateway in turn, once with one request at a time and once with fifty; all
answers are compared with that of a server without federation. Printed is the median over the
rounds of the CPU time of the gateway's process for each request, without the subgraphs and the
load. The factor is the median over the rounds of the ratio to the floor of the same round. Last
comes how long planning takes when the operation is new.
"""

import argparse
import statistics
import urllib.request
from collections.abc import Iterable

import orjson
import uvloop

from tests.benchmarks.gateway.cold import planning_milliseconds
from tests.benchmarks.gateway.contestants import Contestant, running_contestants, running_subgraphs
from tests.benchmarks.gateway.graph import Expected
from tests.benchmarks.gateway.load import Judge, run_load

_LOADS = {1: 150, 50: 300}
_WARM_UP = 300
Costs = dict[tuple[str, int], list[float]]
Fetches = dict[tuple[str, int], float]


async def _measure(
    contestants: list[Contestant], addresses: Iterable[str], rounds: int, judge: Judge
) -> tuple[Costs, Fetches]:
    """Milliseconds of each round, and fetches for each request."""
    costs: Costs = {}
    fetches: Fetches = {}
    for one in contestants:
        await run_load(one.port, 10, _WARM_UP, judge)
    for number in range(rounds):
        for concurrency, requests in _LOADS.items():
            for one in contestants:
                before, asked = one.cpu_seconds(), _count(addresses)
                await run_load(one.port, concurrency, requests, judge)
                spent = one.cpu_seconds() - before
                costs.setdefault((one.name, concurrency), []).append(1000 * spent / requests)
                fetches[one.name, concurrency] = (_count(addresses) - asked) / requests
        print(f"round {number + 1} of {rounds}", flush=True)
    return costs, fetches


def _count(addresses: Iterable[str]) -> int:
    total = 0
    for address in addresses:
        with urllib.request.urlopen(address, timeout=10) as response:
            total += orjson.loads(response.read())["count"]
    return total


def _print(names: list[str], costs: Costs, fetches: Fetches) -> None:
    floor = names[0]
    columns = "".join(f"{f'{one} at once':>14}{'factor':>8}{'fetches':>9}" for one in _LOADS)
    print(f"\n{'ms of CPU a request':<40}{columns}")
    for name in names:
        cells = ""
        for load in _LOADS:
            spent = costs[name, load]
            factors = [one / least for one, least in zip(spent, costs[floor, load], strict=True)]
            cells += f"{statistics.median(spent):>14.2f}{statistics.median(factors):>8.2f}"
            cells += f"{fetches[name, load]:>9.1f}"
        print(f"{name:<40}{cells}")


def main() -> None:
    """Run the benchmark as the command line wants it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gateway")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without-node", action="store_true")
    options = parser.parse_args()
    judge = Judge(Expected.computed().answer)
    with (
        running_subgraphs() as addresses,
        running_contestants(addresses, with_node=not options.without_node) as contestants,
    ):
        run = _measure(contestants, addresses.values(), options.rounds, judge)
        costs, fetches = uvloop.run(run)
    size = max(len(one) for one in judge.known)
    print(f"\nThe answer has {size / 1024:.0f} KB.")
    _print([one.name for one in contestants], costs, fetches)
    print(f"\nA new operation is planned within {planning_milliseconds():.1f} ms of CPU (median).")


if __name__ == "__main__":
    main()
