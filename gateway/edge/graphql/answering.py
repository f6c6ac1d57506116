"""From a request that was let in to its response; who it is from is none of its business."""

from dataclasses import dataclass, field

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.edge.deadlines import Deadlines
from gateway.edge.graphql.asker import Asker
from gateway.edge.graphql.body import read_body
from gateway.edge.graphql.documents import Documents
from gateway.edge.graphql.errors import ErrorMask
from gateway.edge.graphql.flights import Flights
from gateway.edge.graphql.media import Media, accepted_media, single_media
from gateway.edge.graphql.reply import encoded_reply, reply
from gateway.edge.graphql.request import (
    UPLOAD_ADVICE,
    GraphQLRequest,
    parse_parameters,
    parse_request,
    require_json,
    require_plain,
)
from gateway.edge.graphql.streaming import Streaming
from gateway.edge.graphql.streams import StreamSettings
from gateway.edge.open_streams import OpenStreams
from gateway.edge.refusal import Refusal
from gateway.federation import Answer, Engine, OperationError, Plan

PLAN_HEADER = "x-query-plan"


@dataclass(frozen=True, slots=True)
class AnsweringSettings:
    """Limits of one request: bytes of its body, seconds until it is there, and of its execution.

    `single_flight` lets identical queries of one identity that are under way at the same time be
    executed once. `upload_advice` tells who sends a file where files go.
    """

    largest_body: int = 1024 * 1024
    body_seconds: float = 30.0
    operation_seconds: float = 30.0
    single_flight: bool = True
    upload_advice: str = UPLOAD_ADVICE
    streams: StreamSettings = field(default_factory=StreamSettings)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A finished response that several requests may share."""

    body: bytes
    executed: bool


class Answering:
    """GraphQL over HTTP: reads a request, and answers it with an engine.

    `mask` decides what of an error goes out; `streams` counts subscriptions and ends them.
    """

    def __init__(
        self,
        settings: AnsweringSettings,
        documents: Documents,
        streams: OpenStreams,
        mask: ErrorMask | None = None,
    ) -> None:
        self._settings = settings
        self._documents = documents
        self._mask = mask or ErrorMask()
        self._streaming = Streaming(streams, settings.streams, self._mask)
        self._flights = Flights[_Encoded]()
        self._deadlines = Deadlines(settings.operation_seconds)
        self._body_deadlines = Deadlines(settings.body_seconds)

    @property
    def shared(self) -> int:
        """How many requests joined the execution of another, until now."""
        return self._flights.joined

    async def read(self, request: Request) -> GraphQLRequest:
        """The operation of a POST or GET request, with its text. Raises `Refusal`."""
        if request.method in ("GET", "HEAD"):
            return self._documents.resolve(parse_parameters(request.query_params))
        require_json(request.headers.get("content-type", ""), self._settings.upload_advice)
        require_plain(request.headers.get("content-encoding", ""))
        try:
            with self._body_deadlines.watched():
                body = await read_body(request, self._settings.largest_body)
        except TimeoutError as error:
            raise Refusal(
                408, "BODY_TOO_SLOW", "The body of the request took too long to arrive."
            ) from error
        return self._documents.resolve(parse_request(body))

    async def answer(
        self, request: Request, operation: GraphQLRequest, engine: Engine, asker: Asker
    ) -> Response:
        """Execute the operation for `asker`. Raises `Refusal`."""
        accepted = accepted_media(request.headers.get("accept", ""))
        media = single_media(accepted)
        try:
            with self._deadlines.watched():
                plan = await engine.planned(
                    operation.query,
                    operation.operation_name,
                    access=asker.access,
                    incremental=Media.DEFERRED in accepted,
                )
        except OperationError as error:
            return reply(self._public(Answer.refusal(error), asker), media)
        except TimeoutError as error:
            raise Refusal(
                503,
                "TOO_MANY_NEW_OPERATIONS",
                "So many operations that were never seen before are waiting that this one was not "
                "begun. Try again in a few seconds.",
                {"retry-after": "5"},
            ) from error
        self._documents.keep(operation)
        if plan.operation.kind == "subscription":
            return self._streaming.subscription(accepted, operation, engine, asker)
        if plan.operation.kind == "mutation" and not operation.changes_allowed:
            raise Refusal(
                405, "METHOD_NOT_ALLOWED", "Send a mutation with POST, as JSON.", {"allow": "POST"}
            )
        if plan.deferred:
            seconds = self._settings.operation_seconds
            return self._streaming.deferred(operation, engine, asker, seconds)
        shown = asker.sees_plans and PLAN_HEADER in request.headers
        encoded = await self._within_time(operation, plan, engine, asker, shown=shown)
        return encoded_reply(encoded.body, media, refused=not encoded.executed)

    async def _within_time(
        self, operation: GraphQLRequest, plan: Plan, engine: Engine, asker: Asker, *, shown: bool
    ) -> _Encoded:
        async def execute() -> _Encoded:
            return await self._execute(operation, plan, engine, asker, shown=shown)

        try:
            with self._deadlines.watched():
                key = None if shown else self._flight(operation, plan, engine, asker)
                return await (execute() if key is None else self._flights.run(key, execute))
        except TimeoutError as error:
            raise _too_long(plan, self._settings.operation_seconds) from error

    async def _execute(
        self, operation: GraphQLRequest, plan: Plan, engine: Engine, asker: Asker, *, shown: bool
    ) -> _Encoded:
        answer = await engine.answer(
            operation.query,
            operation.variables,
            operation.operation_name,
            asker.context,
            access=asker.access,
            plan=plan,
            spliced=True,
        )
        if shown and answer.plan is not None:
            answer.extensions["queryPlan"] = str(answer.plan)
            answer.extensions["cost"] = await _cost(answer, operation, engine, asker)
        return _Encoded(self._public(answer, asker).encode(), answer.executed)

    def _flight(
        self, operation: GraphQLRequest, plan: Plan, engine: Engine, asker: Asker
    ) -> tuple[object, ...] | None:
        """All that the answer depends on; None when nobody else may have it, too."""
        alone = asker.identity is None or plan.operation.kind != "query"
        if alone or not self._settings.single_flight:
            return None
        try:
            variables = orjson.dumps(operation.variables, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:  # nested beyond all limits, as the engine will tell
            return None
        return (
            id(engine),
            operation.query,
            operation.operation_name,
            variables,
            asker.identity,
            asker.access,
        )

    def _public(self, answer: Answer, asker: Asker) -> Answer:
        if answer.errors:
            answer.errors = self._mask.public(answer.errors, asker.reference)
        return answer


async def _cost(
    answer: Answer, operation: GraphQLRequest, engine: Engine, asker: Asker
) -> int | None:
    """What the operation was estimated to cost, also where nothing limits it."""
    if answer.cost is not None or not answer.executed:
        return answer.cost
    return await engine.cost(
        operation.query, operation.variables, operation.operation_name, access=asker.access
    )


def _too_long(plan: Plan, seconds: float) -> Refusal:
    advice = (
        "Ask for less at once, or try again."
        if plan.operation.kind == "query"
        else "What it changed until then stands: look before you send it again."
    )
    return Refusal(
        504,
        "OPERATION_TIMED_OUT",
        f"The operation took longer than {seconds:g} s and was stopped. {advice}",
    )
