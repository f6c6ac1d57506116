"""Plans for operations: made once, off the event loop, and remembered."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from gateway.federation.execution.compile import compile_shape
from gateway.federation.execution.plan import Plan
from gateway.federation.graph import QueryGraph
from gateway.federation.operations.access import STRANGER, Access
from gateway.federation.operations.limits import Limits
from gateway.federation.operations.operation import read_operation
from gateway.federation.plan_cache import PlanCache
from gateway.federation.planning.planner import Planner
from gateway.federation.supergraph.model import Supergraph

Document = tuple[str, str | None]
"""The text, and the name of the operation that is meant."""

# Planning is pure computation: more threads would only take turns, and the event loop with them.
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="planning")
_WEIGHT_OF_CHARACTER = 300


class Plans:
    """The plans of a supergraph's operations."""

    def __init__(
        self,
        supergraph: Supergraph,
        limits: Limits,
        *,
        entries: int,
        weight: int,
        override_labels: frozenset[str],
    ) -> None:
        self._supergraph = supergraph
        self._limits = limits
        self._planner = Planner(QueryGraph(supergraph, override_labels), limits)
        self._cache: PlanCache[Document, Plan] = PlanCache(entries, weight)
        self._being_made: dict[Document, Future[Plan]] = {}
        self._lock = Lock()

    def plan(self, document: Document, access: Access = STRANGER) -> Plan:
        """The plan, remembered or made at once. Raises OperationError."""
        plan = self._cache.get(document)
        if plan is None:
            plan = self._make(document)
            self._cache.put(document, plan, len(document[0]) * _WEIGHT_OF_CHARACTER)
        return plan

    async def planned(self, document: Document, access: Access = STRANGER) -> Plan:
        """As `plan`, but what is new is planned beside the event loop, and once for everybody
        who waits for it."""
        plan = self._cache.get(document)
        if plan is not None:
            return plan
        with self._lock:
            making = self._being_made.get(document)
            if making is None:
                making = self._being_made[document] = _WORKERS.submit(self.plan, document, access)
                making.add_done_callback(lambda _: self._being_made.pop(document, None))
        # A caller who goes away must not take the plan from those who wait for it as well.
        return await asyncio.shield(asyncio.wrap_future(making))

    def _make(self, document: Document) -> Plan:
        operation = read_operation(*document, self._supergraph, self._limits)
        planned = self._planner.plan(operation)
        shape = compile_shape(planned, self._supergraph.api)
        return Plan(operation, planned.node, shape, operation.introspection)
