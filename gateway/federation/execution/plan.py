"""An operation that is ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from graphql import DocumentNode

from gateway.federation.execution.deferral import DeferredPart
from gateway.federation.execution.entities import Collector
from gateway.federation.execution.errors import GraphQLErrorDict
from gateway.federation.execution.projector import Projector
from gateway.federation.execution.shapes import all_hold
from gateway.federation.execution.walks import Walk
from gateway.federation.operations.cost import OperationCost
from gateway.federation.operations.operation import Operation
from gateway.federation.operations.visibility import Denial
from gateway.federation.planning.plan import Fetch, PlanNode, fetches_of
from gateway.federation.planning.printer import print_plan

_MOST_DENIALS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to run an operation: what to fetch, and how the response is made."""

    operation: Operation
    node: PlanNode | None
    projector: Projector
    collectors: Mapping[int, Collector]
    """By the identity of the part of a fetch."""
    walks: Mapping[int, Walk]
    """By the identity of the node of the plan."""
    introspection: DocumentNode | None
    cost: OperationCost
    denials: tuple[Denial, ...] = ()
    """What is answered null, since the caller may not see it."""
    deferred: tuple[DeferredPart, ...] = ()
    """The fragments that come later."""

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        """All fetches of the plan."""
        nodes = (self.node, *(part.deferred.node for part in self.deferred))
        return tuple(fetch for node in nodes for fetch in fetches_of(node))

    @property
    def contextual(self) -> bool:
        """Do entities get values from what is above them?"""
        return any(one.part.contexts for one in self.collectors.values())

    def denied(self, values: Mapping[str, object]) -> list[GraphQLErrorDict]:
        """The errors for what the caller may not see, where these variables ask for it."""
        asked = (one for one in self.denials if all_hold(one.conditions, values))
        return [one.as_dict() for one in islice(asked, _MOST_DENIALS)]

    def __str__(self) -> str:
        return print_plan(self.node, (part.deferred for part in self.deferred))
