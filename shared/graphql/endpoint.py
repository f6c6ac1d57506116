"""GraphQL for one subgraph, over HTTP or in the same process: the same bytes either way."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import sqlalchemy as sa
import structlog
from graphql import GraphQLError
from strawberry.federation import Schema
from strawberry.types import ExecutionResult

from db.faults import is_database_away
from shared.errors import DomainError
from shared.graphql.context import Context
from shared.identity import InvalidToken, TokenVerifier
from shared.service import Runtime

_log = structlog.get_logger(__name__)
# character_not_in_repertoire, untranslatable_character: PostgreSQL's texts and JSON have no NUL.
_NOT_STORABLE = ("22021", "22P05")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a JSON body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that the gateway signed."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None
    context: Context


class GraphQLEndpoint:
    """Refuses whatever the gateway did not sign, then executes."""

    def __init__(
        self, name: str, schema: Schema, verifier: TokenVerifier, runtime: Runtime
    ) -> None:
        self.name = name
        self.schema = schema
        self._verifier = verifier
        self._runtime = runtime

    async def answer(self, body: bytes, token: str | None, request_id: str | None) -> Answer:
        """Execute the GraphQL request in `body` (JSON) for the identity in `token`."""
        asked = self._asked(body, token, request_id)
        if isinstance(asked, Answer):
            return asked
        result = await self.schema.execute(
            asked.query,
            variable_values=asked.variables,
            context_value=asked.context,
            operation_name=asked.operation_name,
        )
        return Answer(200, self._encoded(result, asked.context))

    def subscribe(
        self, body: bytes, token: str | None, request_id: str | None
    ) -> Answer | AsyncGenerator[bytes, None]:
        """The responses (JSON) of the subscription in `body`, or the refusal.

        The identity is that of the beginning; a subscription checks rights anew for each event.
        """
        asked = self._asked(body, token, request_id)
        return asked if isinstance(asked, Answer) else self._events(asked)

    async def _events(self, asked: _Asked) -> AsyncGenerator[bytes, None]:
        results = await self.schema.subscribe(
            asked.query,
            variable_values=asked.variables,
            context_value=asked.context,
            operation_name=asked.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                yield self._encoded(result, asked.context)

    def _asked(self, body: bytes, token: str | None, request_id: str | None) -> "_Asked | Answer":
        try:
            identity = self._verifier.verify(token)
        except InvalidToken:
            return _refusal(401, "UNAUTHENTICATED", "Only the gateway may call this service.")
        try:
            request = orjson.loads(body)
            return _Asked(
                request["query"],
                request.get("variables") or {},
                request.get("operationName"),
                Context(identity, request_id or uuid4().hex, self._runtime),
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return _refusal(400, "BAD_REQUEST", "Send a JSON object with a GraphQL query.")

    def _encoded(self, result: ExecutionResult, context: Context) -> bytes:
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [self._public(error, context) for error in result.errors]
        return orjson.dumps(answer)

    async def healthy(self) -> bool:
        """Whether this service can do its work now: its database answers."""
        try:
            async with self._runtime.database.engine.connect() as connection:
                await connection.execute(sa.text("select 1"))
        except (OSError, sa.exc.SQLAlchemyError, asyncpg.PostgresError) as error:
            _log.warning("database is away", service=self.name, error=str(error))
            return False
        return True

    def _public(self, error: GraphQLError, context: Context) -> dict[str, Any]:
        original = error.original_error
        formatted: dict[str, Any] = {"message": error.message}
        if error.path:
            formatted["path"] = error.path
        if isinstance(original, DomainError):
            formatted["extensions"] = original.details | {"code": original.error_code}
            return formatted
        if original is None or isinstance(original, GraphQLError):
            formatted["extensions"] = {"code": "GRAPHQL_ERROR"} | (error.extensions or {})
            return formatted
        if _is_not_storable(original):
            formatted["message"] = "A text of it has the character NUL in it. Send it without."
            formatted["extensions"] = {"code": "TEXT"}
            return formatted
        if is_database_away(original):
            _log.warning(
                "database is away",
                service=self.name,
                path=error.path,
                request_id=context.request_id,
                error=str(original),
            )
            formatted["message"] = (
                "This part of Partline does not answer for the moment. Send it again in a few "
                "seconds; a command with the same idempotency key."
            )
            # What the gateway says of a service that is away itself.
            formatted["extensions"] = {"code": "SUBREQUEST_FAILED", "service": self.name}
            return formatted
        _log.error(
            "resolver failed",
            service=self.name,
            path=error.path,
            request_id=context.request_id,
            exc_info=original,
        )
        formatted["message"] = (
            "Something went wrong on our side. Try again; if it stays, tell us the reference."
        )
        formatted["extensions"] = {"code": "INTERNAL", "reference": context.request_id}
        return formatted


def _is_not_storable(error: Exception) -> bool:
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) in _NOT_STORABLE


def _refusal(status: int, code: str, message: str) -> Answer:
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Answer(status, orjson.dumps(body))
