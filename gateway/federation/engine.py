"""The engine: plans operations once, and runs them many times."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from random import random

import orjson

from gateway.federation.errors import OperationError
from gateway.federation.execution.answer import Answer
from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.delivery import Delivery
from gateway.federation.execution.errors import TOO_DEEP
from gateway.federation.execution.executor import Execution
from gateway.federation.execution.increments import Increments
from gateway.federation.execution.introspection import introspect
from gateway.federation.execution.plan import Plan
from gateway.federation.execution.request import SubgraphFetch, SubgraphSubscribe
from gateway.federation.execution.subscription import split_subscription, subscription_events
from gateway.federation.graph.override_labels import NO_LABELS, Labels
from gateway.federation.operations.access import STRANGER, Access
from gateway.federation.operations.limits import Limits, check_values
from gateway.federation.operations.variables import coerce_variables
from gateway.federation.planning.plan import PlanNode
from gateway.federation.plans import Document, Plans
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.workers import finished, started


class Engine:
    """Executes operations against the subgraphs of a supergraph.

    `fetch` is the only door to the outside. At most `cache_size` operations are remembered with
    their plans, and no more than weigh `cache_weight` (roughly bytes) together.

    `override_labels` are the labels of progressive overrides that hold for all requests; each
    may bring more. `percent(N)` holds for N of a hundred requests, which `chance` decides with
    a number from 0 up to 1.
    """

    def __init__(
        self,
        supergraph: Supergraph,
        fetch: SubgraphFetch,
        *,
        subscribe: SubgraphSubscribe | None = None,
        limits: Limits | None = None,
        cache_size: int = 1_000,
        cache_weight: int = 256 * 1024 * 1024,
        override_labels: Labels = NO_LABELS,
        chance: Callable[[], float] = random,
    ) -> None:
        self.supergraph = supergraph
        self._fetch = fetch
        self._subscribe = subscribe
        self._limits = limits or Limits()
        self._plans = Plans(
            supergraph,
            self._limits,
            entries=cache_size,
            weight=cache_weight,
            labels=override_labels,
            chance=chance,
        )

    def plan(
        self,
        query: str,
        operation_name: str | None = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
        incremental: bool = False,
    ) -> Plan:
        """The plan of an operation, remembered or made at once.

        `incremental` is whether the response may come in parts; if not, `@defer` is ignored.
        Raises OperationError for what is not a valid operation or is over a limit.
        """
        document = Document(query, operation_name, incremental)
        return self._plans.plan(self._plans.certain(document, access, override_labels))

    async def planned(
        self,
        query: str,
        operation_name: str | None = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
        incremental: bool = False,
    ) -> Plan:
        """The plan that a request gets; a new operation is planned beside the event loop."""
        document = Document(query, operation_name, incremental)
        return await self._plans.planned(self._plans.request(document, access, override_labels))

    async def answer(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        operation_name: str | None = None,
        context: object = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
        plan: Plan | None = None,
        spliced: bool = False,
    ) -> Answer:
        """The response to a query or mutation; what is wrong is told in its errors.

        `access` is what the caller may see; what it may not is answered null with an error.
        `plan` is what `planned` gave for the same request, if it was asked before. With `spliced`
        the data is only good for being encoded, which then is faster: what it
        holds many times is encoded once.
        """
        try:
            if plan is None:
                plan = await self.planned(
                    query, operation_name, access=access, override_labels=override_labels
                )
            values, cost = self._admitted(plan, variables)
        except OperationError as error:
            return Answer.refusal(error, plan)
        execution = await self._execution(plan, values, context)
        answer = await self._completed(plan, execution, plan.node, spliced=spliced)
        answer.cost = cost
        return answer

    async def deliver(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        operation_name: str | None = None,
        context: object = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
    ) -> AsyncGenerator[Answer | Increments, None]:
        """As `answer`, in parts: what is not deferred first, then each `@defer` as it gets ready.

        The first part is the whole response where nothing is deferred. Closing it ends what is
        under way.
        """
        plan: Plan | None = None
        try:
            plan = await self.planned(
                query,
                operation_name,
                access=access,
                override_labels=override_labels,
                incremental=True,
            )
            values, cost = self._admitted(plan, variables)
        except OperationError as error:
            yield Answer.refusal(error, plan)
            return
        execution = await self._execution(plan, values, context)
        answer = await self._completed(plan, execution, plan.node)
        answer.cost = cost
        delivery = Delivery(execution, answer.data or {})
        if answer.data is None or not delivery.has_next:
            yield answer
            return
        answer.has_next = True
        yield answer
        async with aclosing(delivery.increments()) as parts:
            async for part in parts:
                yield part

    async def execute(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        operation_name: str | None = None,
        context: object = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
    ) -> dict[str, object]:
        """As `answer`, as JSON values."""
        answer = await self.answer(
            query,
            variables,
            operation_name,
            context,
            access=access,
            override_labels=override_labels,
        )
        return answer.as_dict()

    async def execute_json(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        operation_name: str | None = None,
        context: object = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
    ) -> bytes:
        """As `answer`, encoded as JSON."""
        answer = await self.answer(
            query,
            variables,
            operation_name,
            context,
            access=access,
            override_labels=override_labels,
            spliced=True,
        )
        return answer.encode()

    async def subscribe(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        operation_name: str | None = None,
        context: object = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
    ) -> AsyncGenerator[Answer, None]:
        """The responses to a subscription, each completed by the other subgraphs.

        Ends when the subgraph ends its stream; closing it closes the subgraph's. Raises
        OperationError when the operation is not a valid subscription or the engine has no way to
        subscribe.
        """
        plan = await self.planned(
            query, operation_name, access=access, override_labels=override_labels
        )
        values = self._values(plan, variables)
        cost = self._cost(plan, values)
        if plan.operation.kind != "subscription" or self._subscribe is None:
            raise OperationError.single(
                "SUBSCRIPTION_NOT_SUPPORTED",
                "Only subscriptions can be subscribed to, and only where streams are offered.",
            )
        root, rest = split_subscription(plan.node)
        async with aclosing(subscription_events(root, values, context, self._subscribe)) as events:
            async for data, errors in events:
                execution = Execution(plan, values, self._fetch, context, ResponseData(data))
                execution.errors += plan.denied(values)
                execution.add_root_errors(root, errors)
                answer = await self._completed(plan, execution, rest)
                answer.cost = cost
                yield answer

    async def cost(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        operation_name: str | None = None,
        *,
        access: Access = STRANGER,
        override_labels: Labels = NO_LABELS,
    ) -> int:
        """What the operation is estimated to cost, without running it. Raises OperationError."""
        plan = await self.planned(
            query, operation_name, access=access, override_labels=override_labels
        )
        return plan.cost.of(self._values(plan, variables))

    def _values(self, plan: Plan, variables: Mapping[str, object] | None) -> dict[str, object]:
        values = variables or {}
        check_values(values, self._limits)
        return coerce_variables(plan.operation.variables, values, self.supergraph.api)

    def _cost(self, plan: Plan, values: Mapping[str, object]) -> int | None:
        limit = self._limits.cost
        return None if limit is None else plan.cost.check(values, limit)

    def _admitted(
        self, plan: Plan, variables: Mapping[str, object] | None
    ) -> tuple[dict[str, object], int | None]:
        """The values of the variables, and what the operation costs. Raises OperationError."""
        values = self._values(plan, variables)
        cost = self._cost(plan, values)
        if plan.operation.kind == "subscription":
            raise OperationError.single(
                "SUBSCRIPTION_NOT_EXECUTABLE",
                "A subscription gives many responses; send it to the address for streams.",
            )
        return values, cost

    async def _execution(
        self, plan: Plan, values: Mapping[str, object], context: object
    ) -> Execution:
        """An execution that knows what the gateway itself has to say."""
        execution = Execution(plan, values, self._fetch, context)
        execution.errors += plan.denied(values)
        if plan.introspection is not None:
            schema = self.supergraph.api_schema
            answering = started(introspect, schema, plan.introspection, values)
            answered, errors = await finished(answering)
            execution.data.root.update(answered)
            execution.errors += errors
        return execution

    async def _completed(
        self, plan: Plan, execution: Execution, node: PlanNode | None, *, spliced: bool = False
    ) -> Answer:
        await execution.run(node)
        try:
            data = execution.completed(spliced=spliced)
        except orjson.JSONEncodeError:
            return Answer(None, [*execution.errors, TOO_DEEP], plan=plan)
        return Answer(data, execution.errors, plan=plan)
