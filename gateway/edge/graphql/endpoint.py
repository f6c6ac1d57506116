"""The public GraphQL endpoint of Partline: accounts, rate limits and signed tokens around it."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from gateway.edge.access_log import note
from gateway.edge.admission import Admission
from gateway.edge.authentication.access import access_of
from gateway.edge.authentication.caller import Caller
from gateway.edge.authentication.credentials import Credentials
from gateway.edge.authentication.tokens import Tokens
from gateway.edge.authentication.visitor import VisitorCookies
from gateway.edge.graphql.answering import Answering
from gateway.edge.graphql.asker import Asker
from gateway.edge.graphql.graph import Asking
from gateway.edge.rate_limits.policy import passwords_tried
from gateway.edge.refusal import Refusal
from gateway.edge.request_id import request_id_of
from gateway.edge.supergraph.registry import Registry
from gateway.federation import Engine

_ENDS_AN_IDENTITY = ("signOut", "revokeApiKey", "register")


class GraphQLEndpoint:
    """POST and GET /graphql, as the GraphQL over HTTP specification has it."""

    def __init__(
        self,
        registry: Registry[Engine],
        admission: Admission,
        tokens: Tokens,
        visitors: VisitorCookies,
        answering: Answering,
    ) -> None:
        self._registry = registry
        self._admission = admission
        self._tokens = tokens
        self._visitors = visitors
        self._answering = answering

    async def answer(self, request: Request) -> Response:
        """Execute the operation in the request for whoever sent it. Raises `Refusal`."""
        credentials = self._admission.credentials(request, acts=True)
        operation = await self._answering.read(request)
        note(request.scope, operation=operation.operation_name)
        caller = await self._admission.caller(request, credentials)
        note(request.scope, subject=str(caller.identity.subject))
        if passwords := passwords_tried(operation.query):
            await self._admission.count_passwords(request, passwords)
        response = await self._answering.answer(
            request, operation, self._engine(), self._asker(request, caller, credentials)
        )
        if any(name in operation.query for name in _ENDS_AN_IDENTITY):
            self._admission.forget(credentials)
        if caller.session_over:
            response.headers.append("set-cookie", self._visitors.clear_session_cookie())
        return response

    def _asker(self, request: Request, caller: Caller, credentials: Credentials) -> Asker:
        reference = request_id_of(request.scope)
        return Asker(
            context=Asking(partial(self._tokens.token_for, caller.identity), reference),
            identity=caller.identity,
            reference=reference,
            access=access_of(caller),
            stream_owner=self._admission.stream_owner(request, caller),
            still_allowed=partial(self._admission.still, caller, credentials),
            sees_plans=caller.identity.has("manager"),
        )

    def _engine(self) -> Engine:
        engine = self._registry.graph
        if engine is None:
            raise Refusal(
                503,
                "NOT_READY",
                "The services are still starting. Try again in a few seconds.",
                {"retry-after": "2"},
            )
        return engine
