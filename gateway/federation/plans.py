"""Plans for operations: made once, off the event loop, and remembered."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from gateway.federation.execution.plan import Plan
from gateway.federation.graph.override_labels import NO_LABELS, Labels, OverrideLabels, holding
from gateway.federation.operations.access import STRANGER, Access
from gateway.federation.operations.limits import Limits
from gateway.federation.operations.operation import Operation, read_operation
from gateway.federation.operations.visibility import NOTHING, Requirements, VisibilityRules
from gateway.federation.plan_cache import PlanCache
from gateway.federation.plan_maker import PlanMaker
from gateway.federation.plan_weight import weight_of
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.workers import finished, started


class Document(NamedTuple):
    """The text, the name of the operation that is meant, and whether parts may come later."""

    text: str
    operation_name: str | None = None
    incremental: bool = False


_MOST_VARIANTS = 32
_LAST_DRAW = math.nextafter(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Request:
    """An operation that is asked for, and what besides decides how it is planned.

    `labels` are labels of overrides that hold; `draw` decides about those with a share.
    """

    document: Document
    access: Access = STRANGER
    labels: Labels = NO_LABELS
    draw: float = _LAST_DRAW


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides how an operation is planned: what its caller may not see, whoever that is,
    and the labels of overrides that hold."""

    unmet: Requirements = NOTHING
    labels: Labels = NO_LABELS


ORDINARY = Circumstances()


@dataclass(slots=True)
class _Known:
    """An operation with its plans. Most have one, since nothing but the text decides."""

    operation: Operation
    labels: Labels
    plans: dict[Circumstances, Plan] = field(default_factory=dict)

    def circumstances(self, request: Request) -> Circumstances:
        if not self.operation.requirements and not self.labels:
            return ORDINARY
        return Circumstances(
            frozenset(one for one in self.operation.requirements if not one.met_by(request.access)),
            holding(self.labels, request.labels, request.draw),
        )

    def keep(self, circumstances: Circumstances, plan: Plan) -> None:
        while len(self.plans) >= _MOST_VARIANTS:
            self.plans.pop(next(iter(self.plans)), None)
        self.plans[circumstances] = plan


@dataclass(frozen=True, slots=True)
class _Made:
    """A new plan, and what it is good for."""

    known: _Known
    circumstances: Circumstances
    plan: Plan


@dataclass(slots=True, eq=False)
class _Making:
    """A plan that is being made, and how many wait for it."""

    call: Future[_Made]
    waiting: int = 0


class Plans:
    """The plans of a supergraph's operations.

    `labels` hold for every request. `chance` gives a number from 0 up to 1 for each.
    """

    def __init__(
        self,
        supergraph: Supergraph,
        limits: Limits,
        *,
        entries: int,
        weight: int,
        labels: Labels,
        chance: Callable[[], float],
    ) -> None:
        self._supergraph = supergraph
        self._limits = limits
        rules = VisibilityRules(supergraph.api)
        self._rules = rules if rules.any else None
        self._labels = OverrideLabels(supergraph)
        self._lasting_labels = labels
        self._has_labels = bool(self._labels.every)
        self._chance = chance
        self._maker = PlanMaker(supergraph, limits, self._rules)
        self._cache: PlanCache[Document, _Known] = PlanCache(entries, weight)
        self._being_made: dict[Document, _Making] = {}
        self._lock = Lock()

    def request(self, document: Document, access: Access, labels: Labels) -> Request:
        """A request of a caller; what is left to chance is decided here, once."""
        if not self._has_labels:
            return Request(document, access)
        return Request(document, access, self._lasting_labels | labels, self._chance())

    def certain(self, document: Document, access: Access, labels: Labels) -> Request:
        """As `request`, with nothing left to chance: percent(100) holds, percent(99) does not."""
        return Request(document, access, self._lasting_labels | labels)

    def plan(self, request: Request) -> Plan:
        """The plan, remembered or made at once. Raises OperationError."""
        return self._find(request) or self._make(request).plan

    async def planned(self, request: Request) -> Plan:
        """As `plan`, but what is new is planned beside the event loop, and once for everybody
        who waits for it. What nobody waits for any more is not begun."""
        while (plan := self._find(request)) is None:
            mine = False
            with self._lock:
                making = self._being_made.get(request.document)
                if making is None:
                    mine = True
                    making = _Making(started(self._make, request))
                    self._being_made[request.document] = making
                    making.call.add_done_callback(
                        lambda _: self._being_made.pop(request.document, None)
                    )
                making.waiting += 1
            try:
                made = await finished(making.call)
            finally:
                with self._lock:
                    making.waiting -= 1
                    if not making.waiting:
                        making.call.cancel()
            if mine or made.known.circumstances(request) == made.circumstances:
                return made.plan
        return plan

    def _find(self, request: Request) -> Plan | None:
        known = self._cache.get(request.document)
        return known.plans.get(known.circumstances(request)) if known else None

    def _make(self, request: Request) -> _Made:
        known = self._cache.get(request.document)
        if known is None:
            document = request.document
            operation = read_operation(
                document.text,
                document.operation_name,
                self._supergraph,
                self._limits,
                self._rules,
                incremental=document.incremental,
            )
            labels = self._labels.of_operation(operation.root_type, operation.selections)
            known = _Known(operation, labels)
        circumstances = known.circumstances(request)
        plan = self._maker.plan(known.operation, circumstances.unmet, circumstances.labels)
        known.keep(circumstances, plan)
        weight = weight_of(known.operation, request.document[0], self._supergraph)
        self._cache.put(request.document, known, weight * len(known.plans))
        return _Made(known, circumstances, plan)
