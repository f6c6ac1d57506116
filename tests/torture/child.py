"""A process of Partline inside the rig: instrumented, perhaps with a fault built in.

python -m tests.torture.child [--without SAFEGUARD]... [--crash-at POINT[=TYPE,...]]
    [--skew SECONDS] -- serve shop
"""

import argparse
import sys
from collections.abc import Sequence

from tests.torture import instruments
from tests.torture.crash_points.points import crash_at
from tests.torture.safeguards import SAFEGUARDS, take_out
from tests.torture.skew import skew


def main(arguments: Sequence[str]) -> None:
    """Do what `partline …` does, with the instruments; `arguments` as on the command line."""
    options = _parser().parse_args(arguments)
    for name in options.without:
        take_out(name)
    instruments.install()  # around what is left
    for point in options.crash_at:
        crash_at(point)
    if options.skew:
        skew(options.skew)
    from partline.cli import app

    app(args=options.command, standalone_mode=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="child")
    parser.add_argument("--without", action="append", default=[], choices=sorted(SAFEGUARDS))
    parser.add_argument("--crash-at", action="append", default=[])
    parser.add_argument("--skew", type=float, default=0.0)
    parser.add_argument("command", nargs="+")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
