"""Makes the plan of an operation, for what a caller may see and the labels that hold."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock

from gateway.federation.errors import OperationError, RequestProblem
from gateway.federation.execution.compile import compile_deferred, compile_shape
from gateway.federation.execution.deferral import compile_part
from gateway.federation.execution.entities import compile_collectors
from gateway.federation.execution.plan import Plan
from gateway.federation.execution.projector import compile_projector
from gateway.federation.execution.walks import compile_walks
from gateway.federation.graph import QueryGraph
from gateway.federation.graph.override_labels import Labels
from gateway.federation.operations.cost import OperationCost
from gateway.federation.operations.cost_weights import CostWeights
from gateway.federation.operations.limits import Limits
from gateway.federation.operations.operation import Operation
from gateway.federation.operations.visibility import (
    Denial,
    Requirements,
    VisibilityRules,
    VisibleSelections,
)
from gateway.federation.planning.planner import Planner
from gateway.federation.supergraph.model import Supergraph

_MOST_PLANNERS = 16


class PlanMaker:
    """Plans operations against a supergraph; what it learns of the graph, it keeps."""

    def __init__(
        self, supergraph: Supergraph, limits: Limits, rules: VisibilityRules | None
    ) -> None:
        self._supergraph = supergraph
        self._limits = limits
        self._rules = rules
        self._weights = CostWeights(supergraph.api, limits.list_size)
        self._planners: OrderedDict[Labels, Planner] = OrderedDict()
        self._lock = Lock()

    def plan(self, operation: Operation, unmet: Requirements, labels: Labels) -> Plan:
        """The plan. What needs something of `unmet` is left out of what is fetched, but not
        out of the response, where it is null. Raises OperationError."""
        visible, denials = self._visible(operation, unmet)
        planned = replace(self._planner(labels).plan(visible), operation=operation)
        api = self._supergraph.api
        nodes = (planned.node, *(part.node for part in planned.deferred))
        return Plan(
            operation,
            planned.node,
            compile_projector(compile_shape(planned, api)),
            compile_collectors(nodes),
            compile_walks(nodes),
            operation.introspection,
            OperationCost(visible, self._weights),
            denials,
            tuple(compile_part(*part) for part in compile_deferred(planned, api)),
        )

    def _visible(
        self, operation: Operation, unmet: Requirements
    ) -> tuple[Operation, tuple[Denial, ...]]:
        syntax = operation.syntax
        if not unmet or self._rules is None or syntax is None:
            return operation, ()
        normaliser = VisibleSelections(
            self._supergraph.api, syntax.fragments, self._limits.fields * 2, self._rules, unmet
        )
        normaliser.incremental = operation.incremental
        selections = normaliser.selections(syntax.definition.selection_set, operation.root_type)
        denials = normaliser.denials
        if operation.kind == "subscription" and not selections:
            raise OperationError(
                [RequestProblem(f"{one}.", "UNAUTHORIZED_FIELD_OR_TYPE") for one in denials]
            )
        return replace(operation, selections=selections), denials

    def _planner(self, labels: Labels) -> Planner:
        with self._lock:
            planner = self._planners.get(labels)
            if planner is None:
                planner = Planner(QueryGraph(self._supergraph, labels), self._limits)
                self._planners[labels] = planner
                if len(self._planners) > _MOST_PLANNERS:
                    self._planners.popitem(last=False)
            self._planners.move_to_end(labels)
            return planner
