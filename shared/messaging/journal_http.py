"""A journal read over HTTP, from the service that has it."""

from collections.abc import Sequence
from uuid import UUID

import aiohttp
import orjson
from pydantic import BaseModel, ValidationError

from shared.messaging.cursor import Cursor
from shared.messaging.journal import (
    CursorFromNowhere,
    JournalRefused,
    JournalUnavailable,
    Page,
)
from shared.messaging.journal_key import ServiceKey
from shared.messaging.journal_wire import (
    AFTER_PATH,
    BODIES_PATH,
    KEY_HEADER,
    AfterAsked,
    BodiesAsked,
    PageAnswered,
)

MOST_ANSWER_BYTES = 64 * 1024 * 1024
_ANSWER_SECONDS = 5.0
_CONNECT_SECONDS = 2.0
# Shorter than uvicorn's five seconds: a connection is not reused while its other end closes it.
_IDLE_SECONDS = 3.0
_OK = 200
_CONFLICT = 409
_FAULT = 500


class HttpJournals:
    """The journals of other services; `urls` are the addresses of these."""

    def __init__(self, urls: dict[str, str], key: ServiceKey) -> None:
        self._urls = urls
        self._key = key
        self._session: aiohttp.ClientSession | None = None

    def of(self, producer: str) -> "HttpJournal":
        """That of `producer`. Raises KeyError when it has no address."""
        return HttpJournal(producer, self._urls[producer].rstrip("/"), self)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(
        self, producer: str, consumer: str, url: str, question: BaseModel
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises JournalUnavailable."""
        headers = {
            KEY_HEADER: self._key.token(consumer, producer),
            "content-type": "application/json",
        }
        body = question.model_dump_json().encode()
        try:
            async with self._opened().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return response.status, await _read(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            said = str(error) or type(error).__name__
            raise JournalUnavailable(f"{producer} does not answer: {said}") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:  # aiohttp binds a session to the running loop
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS, sock_connect=_CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


class HttpJournal:
    """The journal of one other service."""

    def __init__(self, producer: str, url: str, journals: HttpJournals) -> None:
        self.producer = producer
        self._url = url
        self._journals = journals

    async def after(self, consumer: str, cursor: Cursor | None, limit: int) -> Page:
        question = AfterAsked.of(cursor, limit)
        status, answer = await self._ask(consumer, AFTER_PATH, question)
        if status == _CONFLICT and cursor is not None:
            raise CursorFromNowhere(cursor)
        self._refuse(status, answer)
        try:
            return PageAnswered.model_validate_json(answer).page
        except ValidationError as error:
            raise JournalUnavailable(f"{self.producer} answered with no page") from error

    async def bodies(self, consumer: str, events: Sequence[UUID]) -> Sequence[bytes]:
        status, answer = await self._ask(consumer, BODIES_PATH, BodiesAsked(events=list(events)))
        self._refuse(status, answer)
        return answer.split(b"\n") if answer else []

    async def _ask(self, consumer: str, path: str, question: BaseModel) -> tuple[int, bytes]:
        return await self._journals.ask(self.producer, consumer, self._url + path, question)

    def _refuse(self, status: int, answer: bytes) -> None:
        if status == _OK:
            return
        said = f"{self.producer} answered {status}: {_message(answer)}"
        if status >= _FAULT:
            raise JournalUnavailable(said)
        raise JournalRefused(said)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    answer = bytearray()
    async for chunk in response.content.iter_any():
        answer += chunk
        if len(answer) > MOST_ANSWER_BYTES:
            raise aiohttp.ClientPayloadError("the answer is too large")
    return bytes(answer)


def _message(answer: bytes) -> str:
    try:
        return str(orjson.loads(answer)["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return answer[:200].decode(errors="replace")
