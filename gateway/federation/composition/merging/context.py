"""What all merge steps share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Hint, Problem
from gateway.federation.supergraph.definitions import Definitions, Element

ElementT_co = TypeVar("ElementT_co", bound=Element, covariant=True)


@dataclass(frozen=True, slots=True)
class Source(Generic[ElementT_co]):
    """An element as one subgraph declares it."""

    subgraph: ParsedSubgraph
    element: ElementT_co

    @property
    def name(self) -> str:
        return self.subgraph.name


@dataclass(slots=True)
class MergeContext:
    """The subgraphs, what was found out about them, and what went wrong so far."""

    subgraphs: Sequence[ParsedSubgraph]
    roles: dict[str, FieldRoles]
    merged: Definitions = field(default_factory=Definitions)
    problems: list[Problem] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)

    def problem(
        self, code: str, message: str, coordinate: str, sources: Iterable[Source[Element]]
    ) -> None:
        self.problems.append(
            Problem(code, message, (coordinate,), tuple(source.name for source in sources))
        )

    def hint(
        self, code: str, message: str, coordinate: str, sources: Iterable[Source[Element]]
    ) -> None:
        self.hints.append(
            Hint(code, message, (coordinate,), tuple(source.name for source in sources))
        )


def spelled(sources: Iterable[tuple[str, Iterable[str]]]) -> str:
    """`"Int" in a, b and "String" in c`."""
    return " and ".join(f'"{text}" in {", ".join(names)}' for text, names in sources)


def by_text(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Groups (subgraph, text) by text, in order of appearance."""
    groups: dict[str, list[str]] = {}
    for name, text in pairs:
        groups.setdefault(text, []).append(name)
    return list(groups.items())
