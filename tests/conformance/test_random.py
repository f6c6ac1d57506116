"""Random supergraphs that other tools composed are answered as a monolith answers.

CONFORMANCE_SEEDS says how many seeds are tried (each without and with failing fields),
CONFORMANCE_FIRST_SEED where they begin.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from gateway.federation import Subgraph
from tests.conformance.composers import NOWHERE, OTHERS, composed_elsewhere
from tests.conformance.hosting import Stage, staged
from tests.unit.federation.answers import problems
from tests.unit.federation.federated import Federated
from tests.unit.federation.random_case import Case, random_case, random_operations, with_operation
from tests.unit.federation.random_query import Operation
from tests.unit.federation.world import JsonObject

_FIRST = int(os.environ.get("CONFORMANCE_FIRST_SEED", "500000"))
_SEEDS = int(os.environ.get("CONFORMANCE_SEEDS", "6"))


@dataclass
class _Posted:
    """A request as `SubgraphServer` takes it."""

    query: str
    variables: JsonObject
    body: bytes


@dataclass
class _Random:
    place: str
    seed: int
    case: Case
    federated: Federated

    @property
    def subgraphs(self) -> list[Subgraph]:
        return [
            Subgraph(name, sdl, f"{NOWHERE}/{self.place}/{name}")
            for name, sdl in self.case.sdls.items()
        ]

    def serve(self, stage: Stage) -> None:
        def answering(name: str) -> Any:
            def answer(request: JsonObject) -> JsonObject:
                variables = request.get("variables") or {}
                body = json.dumps({"query": request["query"], "variables": variables}).encode()
                posted: Any = _Posted(request["query"], variables, body)
                return self.federated.servers[name].answer(posted, {"__typename": "Root"})

            return answer

        for name, sdl in self.case.sdls.items():
            stage.subgraphs.add(f"{self.place}/{name}", sdl, answering(name))

    async def wrong(self, stage: Stage, door: str, operation: Operation) -> str:
        """What is wrong with the gateway's answer; empty: nothing."""
        text, variables = operation.text, operation.variables
        expected = self.federated.monolith.execute(text, variables)
        lenient = self.federated.monolith.execute(text, variables, lenient=True)
        self.federated.world.writes.clear()
        answer = await stage.ask(door, {"query": text, "variables": variables})
        self.federated.world.writes.clear()
        found = [*problems(answer, expected, lenient), *self.federated.violations]
        for server in self.federated.servers.values():
            server.violations.clear()
        if bool(answer.get("errors")) is not bool(expected.get("errors")):
            found.append(f"errors {answer.get('errors')}, expected {expected.get('errors')}")
        if not found:
            return ""
        return "\n".join([f"seed {self.seed}", *found, str(with_operation(self.case, operation))])


@functools.cache
def _cases() -> list[_Random]:
    made: list[_Random] = []
    for seed in range(_FIRST, _FIRST + _SEEDS):
        for with_errors in (False, True):
            found = random_case(seed, with_errors=with_errors)
            if found is not None:
                made.append(_Random(f"{seed}-{int(with_errors)}", seed, *found))
    return made


@functools.cache
def _elsewhere() -> list[dict[str, Any]]:
    return composed_elsewhere([one.subgraphs for one in _cases()])


@pytest_asyncio.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("doors"), mask_errors=False) as stage:
        yield stage


@pytest.mark.parametrize("tool", OTHERS)
async def test_a_supergraph_of_other_tools_answers_as_the_monolith(stage: Stage, tool: str) -> None:
    composed = 0
    wrong: list[str] = []
    for one, elsewhere in zip(_cases(), _elsewhere(), strict=True):
        supergraph = elsewhere[tool].get("supergraph")
        if supergraph is None:
            continue  # whether it should compose is told by the composition oracles
        composed += 1
        one.serve(stage)
        door = f"{one.place}-{tool}"
        sdl = supergraph.replace(NOWHERE, stage.subgraphs_at)
        await stage.open_supergraph(door, sdl, one.case.labels)
        for operation in random_operations(one.federated, one.seed, 4):
            if operation.kind != "subscription":
                wrong.append(await one.wrong(stage, door, operation))
    assert composed > len(_cases()) // 6
    found = [one for one in wrong if one]
    assert not found, f"{len(found)} of {len(wrong)}; the shortest:\n{min(found, key=len)}"
