"""Subscriptions: events of one subgraph, each completed by the rest of the plan."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from gateway.federation.execution.executor import read_answer
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.request import FetchRequest, SubgraphSubscribe
from gateway.federation.planning.plan import Fetch, PlanNode, Sequence


def split_subscription(node: PlanNode | None) -> tuple[Fetch, PlanNode | None]:
    """The fetch that subscribes, and the nodes to run for each event."""
    if isinstance(node, Fetch):
        return node, None
    if isinstance(node, Sequence) and isinstance(node.nodes[0], Fetch):
        rest = node.nodes[1:]
        return node.nodes[0], rest[0] if len(rest) == 1 else Sequence(rest)
    raise ValueError("a subscription starts with one fetch")


async def subscription_events(
    fetch: Fetch,
    values: Mapping[str, object],
    context: object,
    subscribe: SubgraphSubscribe,
) -> AsyncGenerator[tuple[JsonObject, list[object]], None]:
    """The data and errors of each event of the subgraph."""
    request = FetchRequest(fetch, values, {}, context)
    async with aclosing(subscribe(fetch.subgraph, request)) as answers:
        async for raw in answers:
            data, errors = read_answer(raw)
            yield data or {}, errors
