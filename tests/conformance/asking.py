"""The examples of `Rule` through a real gateway."""

from __future__ import annotations

import functools
import json
from copy import deepcopy
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from graphql import GraphQLSchema

from gateway.federation import Subgraph, Supergraph
from tests.conformance.composers import NOWHERE, composed_here
from tests.conformance.hosting import Stage
from tests.unit.federation.monolith import Monolith
from tests.unit.federation.rule import Ask, Rule
from tests.unit.federation.service import Service
from tests.unit.federation.world import World


@dataclass
class Example:
    """A rule whose subgraphs are served at `place/name`."""

    rule: Rule
    place: str

    @property
    def subgraphs(self) -> list[Subgraph]:
        """Their addresses begin with NOWHERE."""
        return [
            Subgraph(name, self.rule.sdl(name), f"{NOWHERE}/{self.place}/{name}")
            for name in self.rule.subgraphs
        ]

    @functools.cached_property
    def services(self) -> dict[str, Service]:
        """What its subgraphs answer from."""
        world = self.rule.world()
        return {name: Service(name, self.rule.sdl(name), world) for name in self.rule.subgraphs}

    async def problems(
        self, stage: Stage, way: str, elsewhere: dict[str, Any] | None = None
    ) -> list[str]:
        """What is wrong with the answers when the graph comes this way; empty: nothing."""
        self.serve(stage)
        if way == "addresses":
            urls = {name: f"{stage.subgraphs_at}/{self.place}/{name}" for name in self.services}
            await stage.open_subgraphs(self._door(way), urls)
        else:
            sdl = (elsewhere or {}).get("supergraph") or composed_here(self.subgraphs)
            await stage.open_supergraph(self._door(way), sdl.replace(NOWHERE, stage.subgraphs_at))
        found: list[str] = []
        for ask in self.rule.asks:
            found += await self.problems_of(stage, way, ask)
        return found

    def serve(self, stage: Stage) -> None:
        """Let its subgraphs answer."""
        for name, service in self.services.items():
            stage.subgraphs.add(f"{self.place}/{name}", self.rule.sdl(name), service.answer)

    @functools.cached_property
    def api_schema(self) -> GraphQLSchema:
        """What clients may ask."""
        return self._composed.api_schema

    @functools.cached_property
    def _composed(self) -> Supergraph:
        return self.rule.composed()

    @functools.cached_property
    def _monolith(self) -> Monolith:
        return Monolith(self._composed, self._world())

    @functools.cached_property
    def _first_world(self) -> World:
        return self.rule.world()

    def _world(self) -> World:
        """Everything as it was at first."""
        return World(deepcopy(self.rule.data), self._first_world.requirements)

    def _door(self, way: str) -> str:
        return f"{self.place}-{way}"

    async def problems_of(self, stage: Stage, way: str, ask: Ask) -> list[str]:
        """What is wrong with one answer of the gateway that `problems` has opened."""
        world = self._world()
        for service in self.services.values():
            service.world = world
            service.refusals.clear()
        stage.subgraphs.away = {f"{self.place}/{name}" for name in ask.down}
        request: dict[str, Any] = {"query": ask.query, "variables": ask.variables}
        if ask.operation_name is not None:
            request["operationName"] = ask.operation_name
        answer = await stage.ask(self._door(way), request)
        stage.subgraphs.away = set()
        refused = [line for one in self.services.values() for line in one.refusals]
        wrong = [*refused, *self._compared(ask, answer)]
        return [f"{ask.query}\n{json.dumps(answer)}\n  " + "\n  ".join(wrong)] if wrong else []

    def _compared(self, ask: Ask, answer: dict[str, Any]) -> list[str]:
        expected = ask.expected
        if isinstance(expected, EllipsisType):
            self._monolith.world = self._world()
            expected = self._monolith.execute(ask.query, ask.variables).get("data")
        wrong: list[str] = []
        if json.dumps(answer.get("data")) != json.dumps(expected):
            wrong.append(f"expected {json.dumps(expected)}")
        paths = sorted(str(tuple(one.get("path", ()))) for one in answer.get("errors", ()))
        if paths != sorted(str(tuple(one)) for one in ask.errors):
            wrong.append(f"errors at {paths}, expected {ask.errors}")
        if "errors" in answer and not answer["errors"]:
            wrong.append("errors are there and empty")
        return wrong
