"""Run seeds by hand: `python -m tests.torture.simulation 17 --trace`, or `0..5000`."""

import argparse
import sys
from collections.abc import Sequence

from tests.torture.simulation.run import COMMAND, Result, run_seed


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.simulation")
    parser.add_argument("seeds", help="one seed, or FIRST..BEHIND_THE_LAST")
    parser.add_argument("--trace", action="store_true", help="print what happened, and when")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    for seed in _seeds(options.seeds):
        result = run_seed(seed)
        results.append(result)
        if options.trace:
            print("\n".join(result.history))
        if result.violations:
            print(
                f"seed {seed} is broken:", *result.violations, COMMAND.format(seed=seed), sep="\n"
            )
    print(_figures(results))
    return 1 if any(result.violations for result in results) else 0


def _seeds(told: str) -> range:
    first, between, end = told.partition("..")
    return range(int(first), int(end)) if between else range(int(first), int(first) + 1)


def _figures(results: Sequence[Result]) -> str:
    return (
        f"seeds {results[0].seed}..{results[-1].seed}, "
        f"events {sum(result.events for result in results)}, "
        f"faults {sum(result.faults for result in results)}, "
        f"steps {sum(result.steps for result in results)}, "
        f"broken {sum(bool(result.violations) for result in results)}, "
        f"longest rest {max(result.converged for result in results):.1f} virtual s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
