"""Delivers deferred fragments as they get ready."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from gateway.federation.execution.deferral import DeferredPart
from gateway.federation.execution.executor import Execution
from gateway.federation.execution.increments import Increment, Increments
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.shapes import all_hold


@dataclass(slots=True)
class Delivery:
    """The deferred fragments of one execution, of which `first` is what came first."""

    execution: Execution
    first: JsonObject
    _tasks: dict[int, asyncio.Task[list[Increment]]] = field(default_factory=dict)

    @property
    def has_next(self) -> bool:
        """Is anything deferred, by what the variables say?"""
        return bool(self._held())

    async def increments(self) -> AsyncGenerator[Increments, None]:
        """The increments, those together that are ready at the same time, and none before those
        of the fragment around it. Closing it ends the fetches."""
        for number, part in self._held().items():
            self._tasks[number] = asyncio.create_task(self._run(part), name="deferred")
        pending = set(self._tasks.values())
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                ready = [task for task in self._tasks.values() if task in done]
                items = [item for task in ready for item in task.result()]
                yield Increments(items, has_next=bool(pending))
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    def _held(self) -> dict[int, DeferredPart]:
        return {
            number: part
            for number, part in enumerate(self.execution.plan.deferred)
            if all_hold(part.deferred.conditions, self.execution.variables)
        }

    async def _run(self, part: DeferredPart) -> list[Increment]:
        around = [self._tasks[one] for one in part.deferred.depends if one in self._tasks]
        if around:
            await asyncio.wait(around)
        whole = self.execution
        execution = Execution(
            whole.plan, whole.variables, whole.fetch, whole.context, whole.data, part=part
        )
        await execution.run(part.deferred.node)
        root = whole.data.root
        return part.increments(root, whole.variables, self.first, execution.errors)
