"""Runs the plan of one operation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import orjson

from gateway.federation.errors import FetchError
from gateway.federation.execution.errors import (
    GraphQLErrorDict,
    SubgraphAnswerError,
    null_errors,
    subgraph_errors,
    unreachable_error,
)
from gateway.federation.execution.representations import (
    JsonObject,
    RepresentationMaker,
    merge,
    objects_at,
    paths_of,
)
from gateway.federation.execution.request import FetchRequest, SubgraphFetch
from gateway.federation.execution.shapes import (
    ObjectShape,
    Projection,
    client_path,
    holds,
    violations,
)
from gateway.federation.planning.path import Path
from gateway.federation.planning.plan import (
    Entities,
    EntityPart,
    Fetch,
    Flatten,
    Parallel,
    PlanNode,
    Sequence,
)

Groups = dict[str, dict[bytes, list[JsonObject]]]
"""By the key of a part: its objects by their encoded representation."""

_MAX_NULL_ERRORS = 100

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Execution:
    """One run of a plan. `data` may hold what the gateway already knows, such as introspection."""

    shape: ObjectShape
    variables: Mapping[str, object]
    fetch: SubgraphFetch
    context: object
    data: JsonObject
    errors: list[GraphQLErrorDict]

    async def run(self, node: PlanNode | None) -> None:
        """Run a node of the plan; what fails becomes errors, never an exception."""
        if isinstance(node, Sequence):
            for inner in node.nodes:
                await self.run(inner)
        elif isinstance(node, Parallel):
            await asyncio.gather(*(self.run(inner) for inner in node.nodes))
        elif isinstance(node, Flatten):
            await self._run_root(node.fetch, node.path, objects_at(self.data, node.path))
        elif isinstance(node, Entities):
            await self._run_entities(node)
        elif isinstance(node, Fetch):
            await self._run_root(node, (), [self.data])

    def completed(self) -> JsonObject | None:
        """The data in the shape that the client asked for; nulls where none may be are told."""
        projection = Projection(self.variables)
        data = self.shape.project(self.data, projection)
        if projection.violated:
            found = violations(self.shape, self.data, projection, [])
            self.errors += null_errors(islice(found, _MAX_NULL_ERRORS), self.errors)
        return data if isinstance(data, dict) else None

    def add_root_errors(self, fetch: Fetch, errors: list[object], path: Path = ()) -> None:
        """Note the errors of a fetch of root fields."""
        prefixes = [one for item in paths_of(self.data, path).values() for one in item]
        self.errors += subgraph_errors(
            errors,
            fetch.subgraph,
            lambda steps: [client_path(self.shape, [*prefix, *steps]) for prefix in prefixes],
        )

    async def _run_root(self, fetch: Fetch, path: Path, targets: list[JsonObject]) -> None:
        if not holds(fetch.conditions, self.variables) or not targets:
            return
        answer = await self._ask(fetch, {}, path)
        if answer is None:
            return
        data, errors = answer
        if data is not None:
            for target in targets:
                merge(target, data)
        if errors:
            self.add_root_errors(fetch, errors, path)

    async def _run_entities(self, node: Entities) -> None:
        groups: Groups = {}
        left_out: dict[str, list[JsonObject]] = {}
        for part in node.parts:
            targets = [item for path in part.paths for item in objects_at(self.data, path)]
            groups[part.key], left_out[part.key] = self._represented(part, targets)
        asked = [self._fetch_entities(node, groups)]
        if node.fallback is not None and any(left_out.values()):
            plain: Groups = {
                part.key: self._represented(part, left_out[part.key])[0]
                for part in node.fallback.parts
            }
            asked.append(self._fetch_entities(node.fallback, plain))
        await asyncio.gather(*asked)

    async def _fetch_entities(self, node: Entities, groups: Groups) -> None:
        if not any(groups.values()):
            return
        representations = {part.variable: list(groups[part.key]) for part in node.parts}
        path = next(part.paths[0] for part in node.parts if groups[part.key])
        answer = await self._ask(node.fetch, representations, path)
        if answer is None:
            return
        data, errors = answer
        if data is None and node.apart:
            await self._fetch_apart(node, groups)
            return
        for part in node.parts:
            entities = data.get(part.key) if data else None
            if isinstance(entities, list):
                for targets, entity in zip(groups[part.key].values(), entities, strict=False):
                    if isinstance(entity, dict):
                        for target in targets:
                            merge(target, entity)
        if errors:
            self._add_entity_errors(node, groups, errors)

    async def _fetch_apart(self, node: Entities, groups: Groups) -> None:
        """Ask for each part by itself, so that the one that fails costs only its own fields."""
        await asyncio.gather(
            *(
                self._fetch_entities(single, {single.parts[0].key: groups[part.key]})
                for part, single in zip(node.parts, node.apart, strict=True)
            )
        )

    def _represented(
        self, part: EntityPart, targets: list[JsonObject]
    ) -> tuple[dict[bytes, list[JsonObject]], list[JsonObject]]:
        """The objects by their representation, each of which is sent once, and the others."""
        sharing: dict[bytes, list[JsonObject]] = {}
        left_out: list[JsonObject] = []
        if holds(part.conditions, self.variables):
            maker = RepresentationMaker(part.templates, self.variables)
            for target in targets:
                made = maker.make(target)
                if made is None:
                    left_out.append(target)
                else:
                    sharing.setdefault(orjson.dumps(made), []).append(target)
        return sharing, left_out

    def _add_entity_errors(
        self,
        node: Entities,
        groups: Groups,
        errors: list[object],
    ) -> None:
        parts = {part.key: part for part in node.parts}
        known = {
            key: [paths_of(self.data, path) for path in part.paths] for key, part in parts.items()
        }

        def locate(steps: list[str | int]) -> list[list[str | int]]:
            key, index = (steps[0], steps[1]) if len(steps) > 1 else ("", None)
            targets = list(groups[key].values()) if isinstance(key, str) and key in groups else []
            if not isinstance(index, int) or not 0 <= index < len(targets):
                part = parts.get(str(key), node.parts[0])
                return [self._place(path) for path in part.paths]
            identities = dict.fromkeys(id(target) for target in targets[index])
            return [
                client_path(self.shape, [*prefix, *steps[2:]])
                for identity in identities
                for found in known[str(key)]
                for prefix in found.get(identity, ())
            ]

        self.errors += subgraph_errors(errors, node.fetch.subgraph, locate)

    def _place(self, path: Path) -> list[str | int]:
        """The client's path to where a fetch belongs, without indices."""
        return client_path(self.shape, [element.key for element in path])

    async def _ask(
        self, fetch: Fetch, representations: Mapping[str, list[bytes]], path: Path
    ) -> tuple[JsonObject | None, list[object]] | None:
        """The data and errors of a subgraph; None when it did not answer, which is noted."""
        request = FetchRequest(fetch, self.variables, representations, self.context)
        try:
            raw = await self.fetch(fetch.subgraph, request)
            return read_answer(raw)
        except Exception as error:
            self._tell(fetch, error)
            self.errors.append(unreachable_error(fetch.subgraph, self._place(path), error))
            return None

    def _tell(self, fetch: Fetch, error: Exception) -> None:
        if isinstance(error, SubgraphAnswerError | orjson.JSONDecodeError):
            _log.warning("subgraph %s did not answer with GraphQL: %s", fetch.subgraph, error)
        elif not isinstance(error, FetchError):
            _log.warning("subgraph %s did not answer", fetch.subgraph, exc_info=error)


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
