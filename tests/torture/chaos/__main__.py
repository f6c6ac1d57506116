"""`python -m tests.torture.chaos`: see `--help`."""

import asyncio
import sys

from tests.torture.chaos.figures import Figures
from tests.torture.chaos.guard import guarded
from tests.torture.chaos.options import Options, parse
from tests.torture.chaos.place import Place


def main() -> int:
    options, place = parse(), Place.make()
    status = 1
    try:
        status = guarded(lambda: _play(options, place))
    finally:
        if status == 0 and not options.keep:
            place.erase()
        else:
            print(f"logs, ledger and journal are kept in {place.folder}", flush=True)
    return status


def _play(options: Options, place: Place) -> int:
    from tests.torture.chaos.run import run

    try:
        figures: Figures = asyncio.run(run(options, place))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        return 130
    print(figures.line, flush=True)
    return 0 if figures.good else 1


if __name__ == "__main__":
    sys.exit(main())
