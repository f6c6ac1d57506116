"""An operation that is ready to run."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import DocumentNode

from gateway.federation.execution.shapes import ObjectShape
from gateway.federation.operations.operation import Operation
from gateway.federation.planning.plan import Fetch, PlanNode, fetches_of
from gateway.federation.planning.printer import print_plan


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to run an operation: what to fetch, and the shape of the response."""

    operation: Operation
    node: PlanNode | None
    shape: ObjectShape
    introspection: DocumentNode | None

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        """All fetches of the plan."""
        return tuple(fetches_of(self.node))

    def __str__(self) -> str:
        return print_plan(self.node)
