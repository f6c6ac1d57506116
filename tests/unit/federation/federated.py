"""A supergraph over a world, compared with a monolith over the same world."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import orjson

from gateway.federation import Engine, FetchRequest, OperationError, Subgraph, Supergraph, compose
from tests.unit.federation.answers import problems
from tests.unit.federation.monolith import Monolith
from tests.unit.federation.overrides import lost_fields
from tests.unit.federation.rereading import assert_reads_back
from tests.unit.federation.servers import HEAD, SubgraphServer
from tests.unit.federation.subgraph_sdl import canonical
from tests.unit.federation.world import JsonObject, World


def subgraph(name: str, body: str) -> Subgraph:
    """A Federation 2 subgraph from the SDL behind its link."""
    return Subgraph(name, HEAD + body)


class Federated:
    """Subgraphs and a monolith that answer from the same data."""

    def __init__(self, world: Mapping[str, list[JsonObject]], **bodies: str) -> None:
        self._begin(world, {name: HEAD + body for name, body in bodies.items()}, ())
        assert_reads_back(self.supergraph)

    @classmethod
    def of(
        cls,
        world: Mapping[str, list[JsonObject]],
        sdls: Mapping[str, str],
        labels: Iterable[str] = (),
    ) -> Federated:
        """From whole SDLs; `labels` are those of progressive overrides that hold."""
        made = cls.__new__(cls)
        made._begin(world, sdls, labels)
        return made

    def _begin(
        self,
        world: Mapping[str, list[JsonObject]],
        sdls: Mapping[str, str],
        labels: Iterable[str],
    ) -> None:
        self.world = World(dict(world))
        documents = {name: canonical(sdl) for name, sdl in sdls.items()}
        for name, document in documents.items():
            self.world.learn_requirements(document, name)
        self.supergraph = compose([Subgraph(name, sdl) for name, sdl in sdls.items()])
        self.labels = frozenset(labels)
        lost = lost_fields(documents, self.labels)
        self.servers = {
            name: SubgraphServer(name, sdl, self.world, frozenset(lost[name]))
            for name, sdl in sdls.items()
        }
        self.monolith = Monolith(self.supergraph, self.world)
        self.engine = self.engine_for(self.supergraph)
        self.failing: set[str] = set()

    async def fetch(self, name: str, request: FetchRequest) -> JsonObject:
        if name in self.failing:
            raise ConnectionError(f"{name} is down")
        return await self.servers[name](request)

    def engine_for(self, supergraph: Supergraph) -> Engine:
        """Another engine over the same subgraphs."""
        return Engine(supergraph, self.fetch, subscribe=self.subscribe, override_labels=self.labels)

    async def subscribe(self, name: str, request: FetchRequest) -> AsyncIterator[JsonObject]:
        for event in self._events():
            yield self.servers[name].answer(request, event)

    def _events(self) -> list[JsonObject]:
        return list(self.world.all_of({"Subscription"}))

    @property
    def violations(self) -> list[str]:
        """What the subgraphs refused, each a fault of the plan or of its execution."""
        return [one for server in self.servers.values() for one in server.violations]

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
        lenient = self.monolith.execute(query, variables, lenient=True)
        self.world.writes.clear()
        actual: JsonObject = orjson.loads(await self.engine.execute_json(query, variables))
        self.world.writes.clear()
        self._compare(query, actual, expected, lenient, with_errors)
        return actual

    async def check_events(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        with_errors: bool | None = False,
    ) -> None:
        """As `check` for every event of a subscription."""
        answers = [one async for one in self.engine.subscribe(query, variables)]
        events = self._events()
        assert len(answers) == len(events)
        for actual, event in zip(answers, events, strict=True):
            expected = self.monolith.execute(query, variables, root=event)
            lenient = self.monolith.execute(query, variables, root=event, lenient=True)
            self._compare(query, as_dict(actual), expected, lenient, with_errors)

    def _compare(
        self,
        query: str,
        actual: JsonObject,
        expected: JsonObject,
        lenient: JsonObject,
        with_errors: bool | None,
    ) -> None:
        if with_errors is None:
            with_errors = bool(expected.get("errors"))
        found = [*problems(actual, expected, lenient), *self.violations]
        if bool(expected.get("errors")) is not with_errors:
            found.append(f"the monolith's errors: {expected.get('errors')}")
        if found:
            raise AssertionError("\n".join([*found, self._shown_plan(query)]))

    def _shown_plan(self, query: str) -> str:
        try:
            return str(self.engine.plan(query))
        except OperationError as error:
            return f"no plan: {error}"

    def fetch_count(self, query: str) -> int:
        return len(self.engine.plan(query).fetches)


def as_dict(answer: Any) -> JsonObject:
    return answer if isinstance(answer, dict) else answer.as_dict()
