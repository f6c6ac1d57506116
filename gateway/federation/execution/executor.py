"""Runs the plan of one operation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace

import orjson

from gateway.federation.errors import FetchError
from gateway.federation.execution.contexts import by_context
from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.deferral import DeferredPart
from gateway.federation.execution.entities import Gathered
from gateway.federation.execution.errors import (
    GraphQLErrorDict,
    SubgraphAnswerError,
    entities_error,
    flaw_errors,
    subgraph_errors,
    unreachable_error,
)
from gateway.federation.execution.flaws import flaws
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.places import paths_of
from gateway.federation.execution.plan import Plan
from gateway.federation.execution.request import FetchRequest, SubgraphFetch
from gateway.federation.execution.shapes import ObjectShape, client_path, holds
from gateway.federation.execution.walks import Keys, keys_of
from gateway.federation.planning.path import Path
from gateway.federation.planning.plan import (
    Entities,
    Fetch,
    Flatten,
    Parallel,
    PlanNode,
    Sequence,
)

_MOST_FLAWS = 100

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Execution:
    """One run of a plan. `data` may hold what the gateway already knows, such as introspection."""

    plan: Plan
    variables: Mapping[str, object]
    fetch: SubgraphFetch
    context: object
    data: ResponseData = field(default_factory=ResponseData)
    errors: list[GraphQLErrorDict] = field(default_factory=list)
    part: DeferredPart | None = None
    """What of the operation is run, if not what comes first."""

    def __post_init__(self) -> None:
        self.data.apart = self.plan.contextual

    @property
    def _shape(self) -> ObjectShape:
        return self.plan.projector.shape if self.part is None else self.part.shape

    async def run(self, node: PlanNode | None) -> None:
        """Run a node of the plan; what fails becomes errors, never an exception."""
        if isinstance(node, Sequence):
            for inner in node.nodes:
                await self.run(inner)
        elif isinstance(node, Parallel):
            await _together(self.run(inner) for inner in node.nodes)
        elif isinstance(node, Flatten):
            found = self.plan.walks[id(node)]((self.data.root,))
            targets = {id(item): item for _, _, item in found}
            await self._run_root(node.fetch, node.path, list(targets.values()))
        elif isinstance(node, Entities):
            await self._run_entities(node)
        elif isinstance(node, Fetch):
            await self._run_root(node, (), [self.data.root])

    def completed(self, *, spliced: bool = False) -> JsonObject | None:
        """The data in the shape that the client asked for; what is wrong with it is told.

        With `spliced` it is only good for being encoded.
        """
        result, flawed = self.plan.projector.run(self.data.root, self.variables, spliced=spliced)
        if flawed:
            found = flaws(self._shape, self.data.root, self.variables, _MOST_FLAWS)
            self.errors += flaw_errors(found, self.errors)
        return result

    def add_root_errors(self, fetch: Fetch, errors: list[object], path: Path = ()) -> None:
        """Note the errors of a fetch of root fields."""
        prefixes = [one for item in paths_of(self.data.root, path).values() for one in item]
        self.errors += subgraph_errors(
            errors,
            fetch.subgraph,
            lambda steps: (self._client_path([*prefix, *steps]) for prefix in prefixes),
        )

    async def _run_root(self, fetch: Fetch, path: Path, targets: list[JsonObject]) -> None:
        if not holds(fetch.conditions, self.variables) or not targets:
            return
        ways = [keys_of(path)] if path else []
        self.data.begin(ways)
        try:
            answer = await self._ask(fetch, {}, path)
        finally:
            self.data.end(ways)
        if answer is None:
            return
        data, errors = answer
        if data is not None:
            self.data.put(data, targets)
            self.data.known.clear()
        if errors:
            self.add_root_errors(fetch, errors, path)

    async def _run_entities(self, node: Entities) -> None:
        if any(part.contexts for part in node.parts):
            await self._run_contextual(node)
            return
        parts: dict[str, Gathered] = {}
        begun: list[Keys] = []
        try:
            for part in node.parts:
                collector = self.plan.collectors[id(part)]
                parts[part.key] = collector.collected(self.data, self.variables)
                self.data.begin(collector.ways)
                begun += collector.ways
            await self._fetch_collected(node, parts)
        except (RecursionError, orjson.JSONEncodeError) as error:
            # A value of a scalar, or what stands in place of a key, may be any JSON.
            self._lose(node.fetch, error, node.parts[0].paths[0])
        finally:
            self.data.end(begun)

    async def _run_contextual(self, node: Entities) -> None:
        """Ask once for each mixture of values that entities get from what is above them."""
        part = node.parts[0]
        if not holds(part.conditions, self.variables):
            return
        collector = self.plan.collectors[id(part)]
        asked = []
        for values, items in by_context(self.data.root, part):
            run = replace(self, variables={**self.variables, **values})
            gathered = collector.represented(items, run.variables)
            asked.append(run._fetch_collected(node, {part.key: gathered}))
        await _together(asked)

    async def _fetch_collected(self, node: Entities, parts: Mapping[str, Gathered]) -> None:
        fallback = node.fallback
        if fallback is None or not any(part.left_out for part in parts.values()):
            await self._fetch_entities(node, parts)
            return
        plain = {
            part.key: self.plan.collectors[id(part)].represented(
                parts[part.key].left_out, self.variables
            )
            for part in fallback.parts
        }
        await _together([self._fetch_entities(node, parts), self._fetch_entities(fallback, plain)])

    async def _fetch_entities(self, node: Entities, parts: Mapping[str, Gathered]) -> None:
        path = next((part.paths[0] for part in node.parts if parts[part.key].groups), None)
        if path is None:
            return
        asked = {part.variable: list(parts[part.key].groups) for part in node.parts}
        answer = await self._ask(node.fetch, asked, path)
        if answer is None:
            return
        data, errors = answer
        if data is None and node.apart:
            await self._fetch_apart(node, parts)
            return
        for part in node.parts:
            groups = parts[part.key].groups
            entities = data.get(part.key) if data else None
            complete = isinstance(entities, list) and len(entities) == len(groups)
            if isinstance(entities, list):
                for targets, entity in zip(groups.values(), entities, strict=False):
                    if isinstance(entity, dict):
                        self.data.put(entity, targets)
                    elif entity is not None:
                        complete = False
                self.data.forget(self.plan.collectors[id(part)].spoils)
            if groups and not complete and not errors:
                place = self._place(part.paths[0])
                self.errors.append(entities_error(node.fetch.subgraph, place))
        if errors:
            self._add_entity_errors(node, parts, errors)

    async def _fetch_apart(self, node: Entities, parts: Mapping[str, Gathered]) -> None:
        """Ask for each part by itself, so that the one that fails costs only its own fields."""
        await _together(
            self._fetch_entities(single, {single.parts[0].key: parts[part.key]})
            for part, single in zip(node.parts, node.apart, strict=True)
        )

    def _add_entity_errors(
        self, node: Entities, parts: Mapping[str, Gathered], errors: list[object]
    ) -> None:
        by_key = {part.key: part for part in node.parts}
        known = {
            part.key: [paths_of(self.data.root, path) for path in part.paths] for part in node.parts
        }

        targets = {part.key: list(parts[part.key].groups.values()) for part in node.parts}

        def locate(steps: list[object]) -> Iterable[list[str | int]]:
            key, index = (steps[0], steps[1]) if len(steps) > 1 else ("", None)
            part = by_key.get(key) if isinstance(key, str) else None
            asked = targets[part.key] if part else []
            if part is None or not isinstance(index, int) or not 0 <= index < len(asked):
                return (self._place(path) for path in (part or node.parts[0]).paths)
            identities = dict.fromkeys(id(one) for one in asked[index])
            return (
                self._client_path([*prefix, *steps[2:]])
                for identity in identities
                for found in known[part.key]
                for prefix in found.get(identity, ())
            )

        self.errors += subgraph_errors(errors, node.fetch.subgraph, locate)

    def _place(self, path: Path) -> list[str | int]:
        """The client's path to where a fetch belongs, without indices."""
        return self._client_path([element.key for element in path])

    def _client_path(self, path: Iterable[object]) -> list[str | int]:
        return client_path(self._shape, path)

    async def _ask(
        self, fetch: Fetch, representations: Mapping[str, list[bytes]], path: Path
    ) -> tuple[JsonObject | None, list[object]] | None:
        """The data and errors of a subgraph; None when it did not answer, which is noted."""
        request = FetchRequest(fetch, self.variables, representations, self.context)
        try:
            return read_answer(await self.fetch(fetch.subgraph, request))
        except Exception as error:
            self._lose(fetch, error, path)
            return None

    def _lose(self, fetch: Fetch, error: Exception, path: Path) -> None:
        self._tell(fetch, error)
        self.errors.append(unreachable_error(fetch.subgraph, self._place(path), error))

    def _tell(self, fetch: Fetch, error: Exception) -> None:
        if isinstance(error, SubgraphAnswerError | orjson.JSONDecodeError):
            _log.warning("subgraph %s did not answer with GraphQL: %s", fetch.subgraph, error)
        elif not isinstance(error, FetchError):
            _log.warning("subgraph %s did not answer", fetch.subgraph, exc_info=error)


async def _together(running: Iterable[Coroutine[object, object, None]]) -> None:
    await asyncio.gather(*running)


def read_answer(raw: bytes | Mapping[str, object]) -> tuple[JsonObject | None, list[object]]:
    """Data and errors of a GraphQL response. Raises SubgraphAnswerError when it is not one."""
    answer: object = orjson.loads(raw) if isinstance(raw, bytes) else raw
    if not isinstance(answer, Mapping):
        raise SubgraphAnswerError("the answer is not a JSON object")
    data, errors = answer.get("data"), answer.get("errors")
    if data is not None and not isinstance(data, dict):
        raise SubgraphAnswerError('"data" in the answer is not an object')
    if errors is not None and not isinstance(errors, list):
        raise SubgraphAnswerError('"errors" in the answer is not a list')
    if data is None and not errors:
        raise SubgraphAnswerError('the answer has neither "data" nor "errors"')
    return data, errors or []
