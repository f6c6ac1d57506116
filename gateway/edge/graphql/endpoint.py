"""The public GraphQL endpoint, over HTTP."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.edge.access_log import note
from gateway.edge.admission import Admission
from gateway.edge.authentication.tokens import Tokens
from gateway.edge.authentication.visitor import VisitorCookies
from gateway.edge.graphql.body import read_body
from gateway.edge.graphql.errors import ErrorMask
from gateway.edge.graphql.graph import Asking, FederatedGraph
from gateway.edge.graphql.request import GraphQLRequest, parse_request, require_json
from gateway.edge.rate_limits.policy import passwords_tried
from gateway.edge.refusal import Refusal
from gateway.edge.request_id import request_id_of
from gateway.edge.supergraph.registry import Registry

_NEW_MEDIA_TYPE = "application/graphql-response+json"
_ENDS_AN_IDENTITY = ("signOut", "revokeApiKey", "register")


class GraphQLEndpoint:
    """POST /graphql, as the GraphQL over HTTP specification has it."""

    def __init__(
        self,
        registry: Registry[FederatedGraph],
        admission: Admission,
        tokens: Tokens,
        visitors: VisitorCookies,
        largest_body: int,
    ) -> None:
        self._registry = registry
        self._admission = admission
        self._tokens = tokens
        self._visitors = visitors
        self._largest_body = largest_body

    async def answer(self, request: Request) -> Response:
        """Execute the operation in the body for whoever sent it. Raises `Refusal`."""
        require_json(request.headers.get("content-type", ""))
        credentials = self._admission.credentials(request)
        operation = parse_request(await read_body(request, self._largest_body))
        note(request.scope, operation=operation.operation_name)
        caller = await self._admission.caller(request, credentials)
        note(request.scope, subject=str(caller.identity.subject))
        if passwords := passwords_tried(operation.query):
            await self._admission.count_passwords(request, passwords)
        asking = Asking(self._tokens.token_for(caller.identity), request_id_of(request.scope))
        answer = await self._execute(operation, asking)
        if any(name in operation.query for name in _ENDS_AN_IDENTITY):
            self._admission.forget(credentials)
        response = _response(request, answer)
        if caller.session_over:
            response.headers.append("set-cookie", self._visitors.clear_session_cookie())
        return response

    async def _execute(self, operation: GraphQLRequest, asking: Asking) -> dict[str, object]:
        graph = self._registry.graph
        if graph is None:
            raise Refusal(
                503,
                "NOT_READY",
                "The services are still starting. Try again in a few seconds.",
                {"retry-after": "2"},
            )
        answer = await graph.execute(operation, asking)
        errors = answer.get("errors")
        if isinstance(errors, list) and errors:
            answer["errors"] = ErrorMask(asking.request_id).public(errors)
        return answer


def _response(request: Request, answer: Mapping[str, object]) -> Response:
    """200 for the older media type whatever happened; for the newer the status tells it."""
    newer = _NEW_MEDIA_TYPE in request.headers.get("accept", "")
    status = 400 if newer and "data" not in answer else 200
    return Response(
        orjson.dumps(answer),
        status,
        headers={"cache-control": "no-store"},
        media_type=_NEW_MEDIA_TYPE if newer else "application/json",
    )
