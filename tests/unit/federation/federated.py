"""A supergraph over a world, compared with a monolith over the same world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.federation import Engine, FetchRequest, Subgraph, compose
from tests.unit.federation.servers import HEAD, Monolith, SubgraphServer
from tests.unit.federation.world import JsonObject, World


def subgraph(name: str, body: str) -> Subgraph:
    """A Federation 2 subgraph from the SDL behind its link."""
    return Subgraph(name, HEAD + body)


class Federated:
    """Subgraphs and a monolith that answer from the same data."""

    def __init__(self, world: Mapping[str, list[JsonObject]], **bodies: str) -> None:
        self.world = World(dict(world))
        for body in bodies.values():
            self.world.learn_requirements(body)
        self.supergraph = compose([subgraph(name, body) for name, body in bodies.items()])
        self.servers = {
            name: SubgraphServer(name, HEAD + body, self.world) for name, body in bodies.items()
        }
        self.monolith = Monolith(self.supergraph, self.world)
        self.engine = Engine(self.supergraph, self.fetch)
        self.failing: set[str] = set()

    async def fetch(self, name: str, request: FetchRequest) -> JsonObject:
        if name in self.failing:
            raise ConnectionError(f"{name} is down")
        return await self.servers[name](request)

    async def check(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        with_errors: bool | None = False,
    ) -> JsonObject:
        """The gateway's answer, after making sure that the monolith gives the same.

        `with_errors` says whether there are errors; None: as many or few as the monolith has.
        """
        expected = self.monolith.execute(query, variables)
        actual = await self.engine.execute(query, variables)
        plan = str(self.engine.plan(query))
        assert actual.get("data") == expected.get("data"), f"{actual.get('errors')}\n{plan}"
        assert list(_keys(actual.get("data"))) == list(_keys(expected.get("data")))
        if with_errors is None:
            with_errors = bool(expected.get("errors"))
        assert bool(expected.get("errors")) is with_errors, expected.get("errors")
        assert bool(actual.get("errors")) is with_errors, f"{actual.get('errors')}\n{plan}"
        return actual

    def fetch_count(self, query: str) -> int:
        return len(self.engine.plan(query).fetches)


def _keys(value: Any) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
