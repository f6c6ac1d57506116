"""The subgraphs that a supergraph names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphql import StringValueNode

from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Directive, EnumValue
from gateway.federation.supergraph.join import JoinedSubgraph


@dataclass(slots=True)
class Graphs:
    """The subgraphs by the value of the enum that stands for each."""

    subgraphs: dict[str, JoinedSubgraph] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_graphs(values: Sequence[EnumValue], enum: str) -> Graphs:
    """Read the values of `join__Graph`; one without `@join__graph` is named like the value."""
    graphs = Graphs()
    names: set[str] = set()
    for value in values:
        directive = next(value.applied("join__graph"), Directive("join__graph"))
        name = _text(directive, "name") or value.name
        if name in names:
            graphs.problems.append(
                Problem(
                    "INVALID_SUBGRAPH_NAME",
                    f'Two values of "{enum}" name the subgraph "{name}". Rename one of them.',
                    (f"{enum}.{value.name}",),
                    (name,),
                )
            )
        names.add(name)
        graphs.subgraphs[value.name] = JoinedSubgraph(name, _text(directive, "url") or "")
    if not values:
        graphs.problems.append(
            Problem(
                "NOT_A_SUPERGRAPH",
                f'The schema has no enum "{enum}", which names the subgraphs. Give the supergraph '
                "that composition wrote, not a subgraph's or an API schema.",
            )
        )
    return graphs


def _text(directive: Directive, argument: str) -> str | None:
    value = directive.arguments.get(argument)
    return value.value if isinstance(value, StringValueNode) else None
