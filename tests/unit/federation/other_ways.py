"""The same queries on other ways: a supergraph read from text, many at once, a subgraph away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from gateway.federation import print_supergraph, read_supergraph
from tests.unit.federation.federated import Federated
from tests.unit.federation.random_query import Operation


async def other_ways(federated: Federated, queries: Sequence[Operation]) -> None:
    """Raises AssertionError where a way gives another answer."""
    first = [_essence(await federated.engine.execute(one.text, one.variables)) for one in queries]
    read = federated.engine_for(read_supergraph(print_supergraph(federated.supergraph)))
    for one, expected in zip(queries, first, strict=True):
        again = await read.execute(one.text, one.variables)
        assert _essence(again) == expected, f"read again: {one.text}\n{read.plan(one.text)}"
    fresh = federated.engine_for(federated.supergraph)
    together = await asyncio.gather(
        *(fresh.execute(one.text, one.variables) for one in (*queries, *queries))
    )
    assert [_essence(one) for one in together] == [*first, *first], "many at once"
    for name in federated.servers:
        federated.failing = {name}
        for one in queries:
            await _check_without(federated, one)
        federated.failing = set()


async def _check_without(federated: Federated, query: Operation) -> None:
    """What is answered while a subgraph is away is right, and the absence is told."""
    (away,) = federated.failing
    whole = federated.monolith.execute(query.text, query.variables, lenient=True)
    answer = await federated.engine.execute(query.text, query.variables)
    plan = federated.engine.plan(query.text)
    assert _is_part(answer["data"], whole["data"]), f"without {away}: {query.text}\n{plan}"
    if not any(one.subgraph == away for one in plan.fetches):
        federated.failing = set()
        expected = await federated.engine.execute(query.text, query.variables)
        federated.failing = {away}
        assert _essence(answer) == _essence(expected), f"{away} was not needed: {query.text}"


def _is_part(value: Any, whole: Any) -> bool:
    """Is the value the whole, but for nulls?"""
    if value is None:
        return True
    if isinstance(value, dict) and isinstance(whole, dict):
        return list(value) == list(whole) and all(
            _is_part(one, whole[key]) for key, one in value.items()
        )
    if isinstance(value, list) and isinstance(whole, list):
        return len(value) == len(whole) and all(map(_is_part, value, whole))
    return bool(value == whole)


def _essence(answer: Any) -> tuple[str, list[str]]:
    """The data in their order, and where errors are."""
    return repr(answer.get("data")), sorted(str(e.get("path")) for e in answer.get("errors", ()))
