"""Sets of subgraphs with operations.

A file of `cases/` holds many: `### title` begins a case, `## name` a subgraph, and behind `## ?`
stands an operation on each line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gateway.federation import Subgraph
from tests.unit.federation.servers import HEAD

_FOLDER = Path(__file__).parent / "cases"


@dataclass
class Case:
    """Subgraphs by name, and operations on all of them."""

    title: str
    sdls: dict[str, str] = field(default_factory=dict)
    operations: list[str] = field(default_factory=list)

    @property
    def subgraphs(self) -> list[Subgraph]:
        return [Subgraph(name, sdl) for name, sdl in self.sdls.items()]


def read_cases() -> list[Case]:
    """All cases of all files."""
    return [case for file in sorted(_FOLDER.glob("*.graphql")) for case in _read(file)]


def _read(file: Path) -> list[Case]:
    cases: list[Case] = []
    name = ""
    for line in file.read_text().splitlines():
        if line.startswith("### "):
            cases.append(Case(f"{file.stem}: {line[4:]}"))
        elif line.startswith("## "):
            name = line[3:]
        elif name == "?" and line:
            cases[-1].operations.append(line)
        elif line:
            sdls = cases[-1].sdls
            sdls[name] = f"{sdls.get(name, HEAD)}{line}\n"
    return cases
