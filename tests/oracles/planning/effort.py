"""How much a plan asks of the network."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.federation.planning.plan import Parallel, PlanNode, Sequence


@dataclass(frozen=True, order=True)
class Effort:
    """Fetches, then fetches in sequence."""

    fetches: int
    depth: int


def effort_of(node: PlanNode | None) -> Effort:
    """The effort of a plan of ours."""
    if node is None:
        return Effort(0, 0)
    if not isinstance(node, Sequence | Parallel):
        return Effort(1, 1)
    inner = [effort_of(one) for one in node.nodes]
    depths = [one.depth for one in inner]
    return Effort(
        sum(one.fetches for one in inner),
        sum(depths) if isinstance(node, Sequence) else max(depths),
    )
