"""Apollo Federation 2 for Python: composition, query planning and execution.

No web framework and no input or output of its own: `compose` turns the SDL of subgraphs into a
`Supergraph`, and an `Engine` answers operations through a `fetch` that the caller provides.
"""

from gateway.federation.composition.compose import compose
from gateway.federation.composition.subgraph import Subgraph
from gateway.federation.engine import Engine
from gateway.federation.errors import (
    CompositionError,
    FederationError,
    FetchError,
    Hint,
    OperationError,
    PlanningError,
    Problem,
    SupergraphError,
)
from gateway.federation.execution.answer import Answer
from gateway.federation.execution.increments import Increment, Increments
from gateway.federation.execution.plan import Plan
from gateway.federation.execution.request import (
    FetchRequest,
    SubgraphFetch,
    SubgraphSubscribe,
)
from gateway.federation.operations.access import Access
from gateway.federation.operations.limits import Limits
from gateway.federation.planning.printer import print_plan
from gateway.federation.supergraph.join_printer import print_supergraph
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph

__all__ = [
    "Access",
    "Answer",
    "CompositionError",
    "Engine",
    "FederationError",
    "FetchError",
    "FetchRequest",
    "Hint",
    "Increment",
    "Increments",
    "Limits",
    "OperationError",
    "Plan",
    "PlanningError",
    "Problem",
    "Subgraph",
    "SubgraphFetch",
    "SubgraphSubscribe",
    "Supergraph",
    "SupergraphError",
    "compose",
    "print_plan",
    "print_supergraph",
    "read_supergraph",
]
