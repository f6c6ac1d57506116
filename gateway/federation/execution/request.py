"""The door to the outside: how the executor asks a subgraph."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import orjson

from gateway.federation.planning.plan import Fetch


@dataclass
class FetchRequest:
    """A GraphQL request to a subgraph.

    `body` is the complete JSON for HTTP, `query`, `operation_name` and `variables` the same in
    parts. `is_query` tells whether the request may be repeated. `context` is what the caller
    of the engine passed for the whole operation.
    """

    fetch: Fetch
    values: Mapping[str, object]
    representations: Mapping[str, list[bytes]]
    """By the variable that takes them; each already encoded."""
    context: object = None

    @property
    def query(self) -> str:
        return self.fetch.query

    @property
    def operation_name(self) -> str:
        return self.fetch.operation_name

    @property
    def is_query(self) -> bool:
        return self.fetch.operation == "query"

    @cached_property
    def variables(self) -> dict[str, object]:
        """The variables as JSON values."""
        variables = {name: self.values[name] for name in self._present}
        for name, items in self.representations.items():
            variables[name] = [orjson.loads(item) for item in items]
        return variables

    @property
    def _present(self) -> list[str]:
        return [name for name in self.fetch.variables if name in self.values]

    @cached_property
    def body(self) -> bytes:
        """The request as JSON."""
        parts = [
            orjson.dumps(name) + b":" + orjson.dumps(self.values[name]) for name in self._present
        ]
        for name, items in self.representations.items():
            parts.append(orjson.dumps(name) + b":[" + b",".join(items) + b"]")
        return self.fetch.body_start + b",".join(parts) + b"}}"


class SubgraphFetch(Protocol):
    """Sends a request to a subgraph and gives its GraphQL response, as JSON or decoded.

    Whatever it raises costs only the fields of that request. A decoded answer is the engine's
    to keep and change.
    """

    async def __call__(
        self, subgraph: str, request: FetchRequest, /
    ) -> bytes | Mapping[str, object]: ...


class SubgraphSubscribe(Protocol):
    """Starts a subscription on a subgraph and gives its GraphQL responses one by one.

    It is closed when nobody listens any more.
    """

    def __call__(
        self, subgraph: str, request: FetchRequest, /
    ) -> AsyncGenerator[bytes | Mapping[str, object], None]: ...
