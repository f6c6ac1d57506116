"""Sets of small subgraphs, each with what must come of them.

A file of `cases/` holds many. `### title` begins a case, `## name` a subgraph; behind the title
`-> CODE CODE` are the codes of the errors, `~> CODE` hints that must be among the given ones. A
subgraph gets the usual link to federation, unless it is marked `(bare)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from gateway.federation import Subgraph

_FOLDER = Path(__file__).parent / "cases"
_TITLE = re.compile(
    r"^### (?P<title>.+?)(?: -> (?P<errors>[A-Z_ ]+))?(?: ~> (?P<hints>[A-Z_ ]+))?$"
)
_SUBGRAPH = re.compile(r"^## (?P<name>\S+)(?P<bare> \(bare\))?$")
_DIRECTIVES = (
    "authenticated",
    "composeDirective",
    "context",
    "cost",
    "extends",
    "external",
    "fromContext",
    "inaccessible",
    "interfaceObject",
    "key",
    "listSize",
    "override",
    "policy",
    "provides",
    "requires",
    "requiresScopes",
    "shareable",
    "tag",
)
HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ['
    + ", ".join(f'"@{name}"' for name in _DIRECTIVES)
    + "])\n"
)


@dataclass
class Case:
    """Subgraphs, and the codes that composing them must give."""

    title: str
    errors: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()
    subgraphs: list[Subgraph] = field(default_factory=list)


def read_cases() -> list[Case]:
    """All cases of all files."""
    return [case for file in sorted(_FOLDER.glob("*.graphql")) for case in _read(file)]


def _read(file: Path) -> list[Case]:
    cases: list[Case] = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if line.startswith("### "):
            found = _TITLE.match(line)
            assert found, f"{file.name}:{number}"
            codes = (frozenset((found[name] or "").split()) for name in ("errors", "hints"))
            cases.append(Case(f"{file.stem}: {found['title']}", *codes))
        elif line.startswith("## "):
            found = _SUBGRAPH.match(line)
            assert found, f"{file.name}:{number}"
            head = "" if found["bare"] else HEAD
            cases[-1].subgraphs.append(Subgraph(found["name"], head, f"http://{found['name']}"))
        elif cases and cases[-1].subgraphs:
            last = cases[-1].subgraphs[-1]
            cases[-1].subgraphs[-1] = Subgraph(last.name, f"{last.sdl}{line}\n", last.url)
    return cases
