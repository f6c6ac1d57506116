"""Plans operations."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.federation.errors import OperationError, PlanningError
from gateway.federation.graph import QueryGraph
from gateway.federation.operations.limits import Limits
from gateway.federation.operations.normalise import INTROSPECTION_FIELDS
from gateway.federation.operations.operation import Operation
from gateway.federation.operations.selection import Selections
from gateway.federation.planning.arrange import arranged, in_sequence
from gateway.federation.planning.builder import Builder
from gateway.federation.planning.deferral import Part, around, split
from gateway.federation.planning.document import DocumentWriter
from gateway.federation.planning.estimate import Estimator
from gateway.federation.planning.fetch import FetchNode
from gateway.federation.planning.grouping import Grouping
from gateway.federation.planning.optimise import optimised
from gateway.federation.planning.plan import Deferred, Flatten, PlanNode
from gateway.federation.planning.position import Position
from gateway.federation.planning.steps import steps_of


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """The nodes to run, and where in the data they put what the client asked for.

    `first` are the selections that the response begins with; those of `later` belong to the
    nodes of `deferred`. `effort` is how many steps the search took.
    """

    operation: Operation
    node: PlanNode | None
    position: Position
    grouping: Grouping
    first: Selections
    deferred: tuple[Deferred, ...] = ()
    later: tuple[Part, ...] = ()
    effort: int = 0


class Planner:
    """Plans operations against one supergraph."""

    def __init__(self, graph: QueryGraph, limits: Limits) -> None:
        self._graph = graph
        self._limits = limits

    def plan(self, operation: Operation) -> PlannedOperation:
        """The plan with the fewest fetches that was found, then with the least depth.

        Raises PlanningError when the effort for that would be unreasonable.
        """
        grouping = Grouping(self._graph)
        estimator = Estimator(self._graph, grouping, self._limits.planning_effort)
        builder = Builder(self._graph, grouping, estimator)
        for item in operation.selections:
            if item.name in INTROSPECTION_FIELDS:
                key = builder.root.key_for(item.key, (item.name, "", item.key))
                builder.root.client_keys[operation.root_type, item.key] = [key]
        parts = split(operation.selections)
        later = tuple(parts.later)
        try:
            node = self._node(operation, builder, estimator)
            deferred = self._deferred(operation, builder, later)
        except RecursionError as error:
            raise OperationError.single(
                "QUERY_PLAN_TOO_COMPLEX", "The operation is nested too deeply to be planned."
            ) from error
        return PlannedOperation(
            operation, node, builder.root, grouping, parts.first, deferred, later, estimator.spent
        )

    def _node(
        self, operation: Operation, builder: Builder, estimator: Estimator
    ) -> PlanNode | None:
        steps = []
        for selections in steps_of(operation, estimator):
            start = len(builder.pool.fetches)
            builder.pool.forget_shared()
            parts = split(selections)
            if parts.base:
                builder.place_root(operation.root_type, parts.base)
            for part in parts.parts:
                builder.place_part(operation.root_type, part.selections, part.deferral.waiting)
            fetches = [fetch for fetch in builder.pool.fetches[start:] if fetch.deferral is None]
            for fetch in fetches:
                fetch.keep_dependencies(fetches)
            steps.append(self._arranged(operation, fetches))
        return in_sequence(steps)

    def _deferred(
        self, operation: Operation, builder: Builder, later: tuple[Part, ...]
    ) -> tuple[Deferred, ...]:
        """The fragments that come later, with the fetches that only they need."""
        numbers = {part.deferral: number for number, part in enumerate(later)}
        made: list[Deferred] = []
        for part in later:
            fetches = [fetch for fetch in builder.pool.fetches if fetch.deferral is part.deferral]
            for fetch in fetches:
                fetch.keep_dependencies(fetches)
            node = self._arranged(operation, fetches)
            depends = [numbers[one] for one in around(part.deferral.parent) if one in numbers]
            conditions = frozenset[tuple[str, bool]]().union(
                *(one.conditions for one in around(part.deferral))
            )
            made.append(
                Deferred(part.deferral.label, part.path, conditions, tuple(depends[:1]), node)
            )
        return tuple(made)

    def _arranged(self, operation: Operation, fetches: list[FetchNode]) -> PlanNode | None:
        if sum(fetch.selection.size() for fetch in fetches) > self._limits.fields * 10:
            raise PlanningError.single(
                "QUERY_PLAN_TOO_COMPLEX",
                "The subgraphs would have to be asked for too many fields, since each type that "
                "an interface or union may be is asked by itself. Select less at once.",
            )
        return arranged(optimised(fetches), lambda node: self._finish(node, operation))

    def _finish(self, node: FetchNode, operation: Operation) -> PlanNode:
        writer = DocumentWriter(
            operation.kind, operation.name, operation.variable_types, operation.directives
        )
        if node.is_entity:
            return writer.entities(node)
        fetch = writer.root(node)
        return Flatten(node.path, fetch) if node.path else fetch
