"""What a process of the rig runs: our own command line, under this run's instruments."""

import sys
from collections.abc import Sequence

from partline.cli import app
from tests.torture import instruments


def main(arguments: Sequence[str]) -> None:
    """Run `partline` with the arguments behind `--`."""
    own = list(arguments)
    instruments.install()
    sys.argv = ["partline", *own[own.index("--") + 1 :]]
    app()
