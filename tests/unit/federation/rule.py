"""A rule of the specification as an example: subgraphs, their data, questions and answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

import pytest

from gateway.federation import Engine, FetchRequest, Subgraph, Supergraph, compose
from tests.unit.federation.monolith import Monolith
from tests.unit.federation.servers import HEAD
from tests.unit.federation.service import Service
from tests.unit.federation.world import JsonObject, World


@dataclass(frozen=True)
class Ask:
    """A question. Without `expected` the answer is that of a monolith over the same data.

    `errors` are the paths of the errors that must be told, `down` the subgraphs that are away,
    `fetches` how many requests the plan makes. `alone`: no monolith knows the answer.
    """

    query: str
    expected: Any = ...
    variables: JsonObject = field(default_factory=dict)
    operation_name: str | None = None
    errors: tuple[Any, ...] = ()
    down: tuple[str, ...] = ()
    fetches: int | None = None
    alone: bool = False


@dataclass(frozen=True)
class Rule:
    """What must hold (`says`), shown by asking these subgraphs (bodies behind the usual link,
    or whole SDLs: those with a `@link` of their own, and Federation 1 behind a line `#1`)."""

    says: str
    subgraphs: dict[str, str]
    data: dict[str, list[JsonObject]]
    asks: tuple[Ask, ...]

    def __str__(self) -> str:
        return self.says.replace(" ", "_")

    def sdl(self, name: str) -> str:
        body = self.subgraphs[name]
        whole = "@link(" in body or body.lstrip().startswith("#1")
        return body if whole else HEAD + body

    def world(self) -> World:
        world = World(deepcopy(self.data))
        for body in self.subgraphs.values():
            world.learn_requirements(body)
        return world

    def composed(self) -> Supergraph:
        return compose([Subgraph(name, self.sdl(name)) for name in self.subgraphs])

    async def check(self) -> None:
        """Ask everything, and compare."""
        supergraph = self.composed()
        for ask in self.asks:
            await self._check(ask, supergraph)

    async def answer(self, ask: Ask) -> Any:
        """The data that the gateway answers."""
        answer, _, _ = await self.asked(ask)
        return answer.get("data")

    async def asked(
        self, ask: Ask, supergraph: Supergraph | None = None
    ) -> tuple[JsonObject, str, list[str]]:
        """The answer, the plan that led to it and what the subgraphs refused."""
        supergraph = supergraph or self.composed()
        world = self.world()
        services = {name: Service(name, self.sdl(name), world) for name in self.subgraphs}

        async def fetch(subgraph: str, request: FetchRequest) -> JsonObject:
            if subgraph in ask.down:
                raise ConnectionError(subgraph)
            return await services[subgraph].fetch(request)

        engine = Engine(supergraph, fetch)
        answer: JsonObject = json.loads(
            await engine.execute_json(ask.query, ask.variables, ask.operation_name)
        )
        plan = str(engine.plan(ask.query, ask.operation_name)) if "data" in answer else ""
        return answer, plan, [line for one in services.values() for line in one.refusals]

    async def _check(self, ask: Ask, supergraph: Supergraph) -> None:
        answer, plan, refusals = await self.asked(ask, supergraph)
        story = f"\n{ask.query}\n{answer.get('errors')}\n{plan}"
        assert not refusals, story
        if not isinstance(ask.expected, EllipsisType):
            assert _text(answer.get("data")) == _text(ask.expected), story
        if not ask.alone and not ask.down:
            expected = Monolith(supergraph, self.world()).execute(ask.query, ask.variables)
            assert _text(answer.get("data")) == _text(expected.get("data")), story
        found = [tuple(error.get("path", ())) for error in answer.get("errors", ())]
        assert sorted(map(str, found)) == sorted(map(str, ask.errors)), story
        if ask.fetches is not None:
            assert plan.count("Fetch(") == ask.fetches, story

    async def refused(
        self,
        query: str,
        code: str,
        operation_name: str | None = None,
        variables: JsonObject | None = None,
    ) -> None:
        """The operation must be refused with errors of this code, and nothing be asked."""

        async def fetch(subgraph: str, request: FetchRequest) -> JsonObject:
            raise AssertionError(f"{subgraph} was asked {request.query}")

        answer: Any = await Engine(self.composed(), fetch).execute(query, variables, operation_name)
        assert "data" not in answer
        assert {error["extensions"]["code"] for error in answer["errors"]} == {code}, answer


def shown_by(rules: Sequence[Rule]) -> pytest.MarkDecorator:
    """Runs a test for each rule."""
    return pytest.mark.parametrize("rule", rules, ids=str)


def _text(data: Any) -> str:
    """Equal for equal data with their keys in the same order."""
    return json.dumps(data, indent=1)
