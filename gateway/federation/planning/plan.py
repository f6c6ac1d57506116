"""The plan of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.federation.operations.selection import Conditions
from gateway.federation.planning.contexts import ContextVariable
from gateway.federation.planning.fetch import Template
from gateway.federation.planning.path import Path


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request to a subgraph.

    `variables` are those of the client that it uses. `conditions`: alternatives of which one
    must hold for the fetch to be made; empty: always. `body_start` is the JSON of the request
    up to where the variables go.
    """

    number: int
    subgraph: str
    query: str
    operation: str
    operation_name: str
    variables: tuple[str, ...]
    conditions: tuple[Conditions, ...]
    body_start: bytes


@dataclass(frozen=True, slots=True)
class Flatten:
    """A fetch of root fields whose values go into every object at a path."""

    path: Path
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class EntityPart:
    """The entities at one or more paths: `key` is their name in the answer, `variable` holds
    their representations, which `templates` make by object type (None: any)."""

    paths: tuple[Path, ...]
    templates: dict[str | None, Template]
    key: str
    variable: str
    conditions: tuple[Conditions, ...]
    keys: frozenset[str]
    """Under which the fields of the entities are answered."""
    contexts: tuple[ContextVariable, ...] = ()
    """Variables of the fetch that have another value for each entity; such a part is alone."""


@dataclass(frozen=True, slots=True)
class Entities:
    """A fetch of entities; several parts share one request where they are due together.

    `fallback` asks for the fields that need nothing but a key, for objects of which a required
    field is missing since its subgraph failed. Its parts have the keys of the parts here.
    `apart` has each part as a request of its own, in the same order, for when the common one
    is answered without any data.
    """

    parts: tuple[EntityPart, ...]
    fetch: Fetch
    fallback: Entities | None = None
    apart: tuple[Entities, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    """Nodes to run one after the other."""

    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Nodes to run at the same time."""

    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class Deferred:
    """A fragment with `@defer`, which comes after what is around it.

    `path` are the client's names of the fields that lead to it, without indices of lists. It is
    deferred when its `conditions` hold; where they do not, all of it is in the first part of
    the response. `depends` are the positions of the fragments that must be there before.
    `node` is None when what comes first fetches all of it.
    """

    label: str | None
    path: tuple[str, ...]
    conditions: Conditions
    depends: tuple[int, ...]
    node: PlanNode | None


PlanNode = Fetch | Flatten | Entities | Sequence | Parallel


def nodes_of(node: PlanNode | None) -> Iterator[Fetch | Flatten | Entities]:
    """The nodes of a plan that fetch something, in order."""
    if isinstance(node, Fetch | Flatten | Entities):
        yield node
    elif node is not None:
        for inner in node.nodes:
            yield from nodes_of(inner)


def fetches_of(node: PlanNode | None) -> Iterator[Fetch]:
    """All fetches of a plan, in order."""
    for one in nodes_of(node):
        yield one if isinstance(one, Fetch) else one.fetch
