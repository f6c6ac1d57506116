"""Writes the demo's parts as STL files: `python -m subgraphs.editor.demo.parts FOLDER NAME…`.

A program of its own, so that the service that asks for them does not keep a geometry library in
its memory for ever.
"""

import sys
from pathlib import Path

from jobs.models.samples import write_sample


def main() -> None:
    folder = Path(sys.argv[1])
    for name in sys.argv[2:]:
        write_sample(name, folder / f"{name}.stl")


if __name__ == "__main__":
    main()
