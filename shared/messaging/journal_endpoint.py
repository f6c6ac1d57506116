"""The journal of one service, for the others: beside its graph, and never behind the gateway."""

from collections.abc import Awaitable, Callable, Sequence

import orjson
import structlog
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.messaging.journal import CursorFromNowhere, Journal, JournalUnavailable
from shared.messaging.journal_key import NotAReader, ServiceKey
from shared.messaging.journal_wire import (
    AFTER_PATH,
    BODIES_MEDIA_TYPE,
    BODIES_PATH,
    KEY_HEADER,
    MOST_QUESTION_BYTES,
    AfterAsked,
    BodiesAsked,
    PageAnswered,
)

_log = structlog.get_logger(__name__)
Answering = Callable[[str, bytes], Awaitable[Response]]


def journal_routes(producer: str, journal: Journal, key: ServiceKey) -> Sequence[Route]:
    """What a service adds to its app: `POST /events/after` and `POST /events/bodies`."""

    async def after(reader: str, question: bytes) -> Response:
        asked = AfterAsked.model_validate_json(question)
        page = await journal.after(reader, asked.after, asked.limit)
        return Response(PageAnswered.of(page), media_type="application/json")

    async def bodies(reader: str, question: bytes) -> Response:
        asked = BodiesAsked.model_validate_json(question)
        found = await journal.bodies(reader, asked.events)
        return Response(b"\n".join(found), media_type=BODIES_MEDIA_TYPE)

    def guarded(answering: Answering) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                reader = key.reader(request.headers.get(KEY_HEADER), producer)
                return await answering(reader, await _question(request))
            except NotAReader as error:
                _log.warning("somebody else asked for events", producer=producer, error=str(error))
                return _refusal(401, "UNAUTHENTICATED", "Only the readers of this service may ask.")
            except _TooLarge:
                limit = f"{MOST_QUESTION_BYTES // 1024} KB"
                return _refusal(413, "QUESTION_TOO_LARGE", f"A question has at most {limit}.")
            except ValidationError as error:
                return _refusal(400, "BAD_QUESTION", _sentence(error))
            except CursorFromNowhere as error:
                return _refusal(409, error.code, str(error))
            except JournalUnavailable:
                return _refusal(503, "DATABASE_AWAY", "The database is away. Ask again later.")

        return answer

    return (
        Route(AFTER_PATH, guarded(after), methods=["POST"]),
        Route(BODIES_PATH, guarded(bodies), methods=["POST"]),
    )


class _TooLarge(Exception):
    pass


async def _question(request: Request) -> bytes:
    question = b""
    async for chunk in request.stream():
        question += chunk
        if len(question) > MOST_QUESTION_BYTES:
            raise _TooLarge
    return question


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'question'}: {first['msg']}"


def _refusal(status: int, code: str, message: str) -> Response:
    body = orjson.dumps({"code": code, "message": message})
    return Response(body, status, media_type="application/json")
