"""Services ask each other for events: whoever may, and nobody else."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import jwt
import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

from db.engine import Database
from db.faults import DatabaseUnavailable
from shared.messaging import journal_http, journal_sql
from shared.messaging.cursor import Cursor
from shared.messaging.journal import CursorFromNowhere, JournalRefused, JournalUnavailable
from shared.messaging.journal_endpoint import journal_routes
from shared.messaging.journal_http import HttpJournal, HttpJournals
from shared.messaging.journal_key import ServiceKey
from shared.messaging.journal_sql import SqlJournal
from shared.messaging.journal_wire import KEY_HEADER, MOST_QUESTION_BYTES
from tests.integration.messaging.world import PRODUCER, envelopes, until, write

SECRET = SecretStr("a secret of the services, thirty-two characters")
KEY = ServiceKey(SECRET)
AUDIENCE = f"partline-journal-{PRODUCER}"
WHOLE = {"cursor": None, "limit": 100}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No head start for a bus."""
    monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 0.0)


@asynccontextmanager
async def _served(app: Starlette) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@pytest_asyncio.fixture
async def url(producer: Database) -> AsyncIterator[str]:
    routes = journal_routes(PRODUCER, SqlJournal(PRODUCER, producer), KEY)
    async with _served(Starlette(routes=list(routes))) as url:
        yield url


@pytest_asyncio.fixture
async def far(url: str) -> AsyncIterator[HttpJournal]:
    journals = HttpJournals({PRODUCER: url}, KEY)
    yield journals.of(PRODUCER)
    await journals.close()


async def _ask(
    url: str, token: str | None, question: object, path: str = "/events/after"
) -> httpx.Response:
    headers = {} if token is None else {KEY_HEADER: token}
    async with httpx.AsyncClient() as client:
        content = question if isinstance(question, bytes) else orjson.dumps(question)
        return await client.post(url + path, content=content, headers=headers)


async def test_pages_and_bodies_are_the_same_far_and_near(
    producer: Database, far: HttpJournal
) -> None:
    await write(producer, uuid4(), "1", "2", "3")
    near = SqlJournal(PRODUCER, producer)
    sent = await envelopes(producer)

    async def all_are_listed() -> bool:
        return len((await near.after("crm", None, 10)).listed) == 3

    await until(all_are_listed)
    page = await far.after("crm", None, 10)
    assert page == await near.after("crm", None, 10)
    assert [one.entry.event_id for one in page.listed] == [envelope.id for envelope in sent]
    second = page.listed[1]
    rest = await far.after("crm", Cursor(page.epoch, second.tx, second.seq), 10)
    assert rest.listed == page.listed[2:]
    ids = [envelope.id for envelope in sent]
    assert await far.bodies("crm", ids) == [envelope.encode() for envelope in sent]
    assert await far.bodies("crm", [uuid4()]) == []


async def test_large_bodies_come_in_parts(
    producer: Database, far: HttpJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_sql, "MOST_BYTES", 10)
    await write(producer, uuid4(), "1", "2")
    sent = await envelopes(producer)
    assert await far.bodies("crm", [envelope.id for envelope in sent]) == [sent[0].encode()]


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "rubbish",
        KEY.token("crm", "mes"),
        KEY.token("accounts", PRODUCER),
        KEY.token("shop", PRODUCER),
        KEY.token("crm", PRODUCER, now=time.time() - 600),
        KEY.token("crm", PRODUCER, now=time.time() + 600),
        ServiceKey(SecretStr("another secret of at least thirty-two characters")).token(
            "crm", PRODUCER
        ),
        jwt.encode(
            {"sub": "crm", "aud": f"partline-journal-{PRODUCER}"}, SECRET.get_secret_value()
        ),
        jwt.encode(
            {"sub": "crm", "aud": AUDIENCE, "iat": 0, "exp": 2**40},
            "",
            algorithm="none",
        ),
    ],
    ids=[
        "missing",
        "empty",
        "rubbish",
        "for another producer",
        "of a service that does not listen",
        "of the producer itself",
        "expired",
        "of the future",
        "forged",
        "without an end",
        "unsigned",
    ],
)
@pytest.mark.parametrize("path", ["/events/after", "/events/bodies"])
async def test_whoever_does_not_prove_to_be_a_reader_is_refused(
    url: str, token: str | None, path: str
) -> None:
    refused = await _ask(url, token, WHOLE, path)
    assert refused.status_code == 401
    assert refused.json()["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        (b"", "question"),
        (b"{", "question"),
        ({"cursor": None, "limit": 0}, "limit"),
        ({"cursor": None, "limit": 10**9}, "limit"),
        ({"cursor": {"epoch": "e", "tx": -1, "seq": 0}, "limit": 1}, "cursor.tx"),
        ({"cursor": {"epoch": "e", "tx": 2**63, "seq": 0}, "limit": 1}, "cursor.tx"),
        ({"cursor": {"epoch": "e", "tx": 1, "seq": "1; drop"}, "limit": 1}, "cursor.seq"),
        ({"cursor": {"epoch": "e" * 101, "tx": 1, "seq": 1}, "limit": 1}, "cursor.epoch"),
        ({"cursor": None, "limit": 1, "consumer": "mes"}, "consumer"),
    ],
)
async def test_an_absurd_question_is_refused_with_the_reason(
    url: str, question: object, about: str
) -> None:
    refused = await _ask(url, KEY.token("crm", PRODUCER), question)
    assert refused.status_code == 400
    assert refused.json()["code"] == "BAD_QUESTION"
    assert refused.json()["message"].startswith(about)


async def test_too_many_events_at_once_are_refused(url: str) -> None:
    ids = [str(uuid4()) for _ in range(501)]
    refused = await _ask(url, KEY.token("crm", PRODUCER), {"events": ids}, "/events/bodies")
    assert refused.status_code == 400


async def test_a_question_that_is_too_large_is_refused(url: str) -> None:
    question = b" " * (MOST_QUESTION_BYTES + 1)
    refused = await _ask(url, KEY.token("crm", PRODUCER), question)
    assert (refused.status_code, refused.json()["code"]) == (413, "QUESTION_TOO_LARGE")


async def test_a_cursor_beyond_everything_is_refused_far_and_near(
    producer: Database, far: HttpJournal
) -> None:
    near = SqlJournal(PRODUCER, producer)
    epoch = (await near.after("crm", None, 1)).epoch
    for journal in (near, far):
        with pytest.raises(CursorFromNowhere):
            await journal.after("crm", Cursor(epoch, 2**62, 1), 1)
    async with producer.reading() as session:  # and it confirmed nothing
        assert await session.scalar(sa.text("select tx::text from outbox_reader")) == "0"


async def test_a_producer_without_its_database_is_away(
    producer: Database, far: HttpJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(producer, "glance", away)
    with pytest.raises(JournalUnavailable, match="503"):
        await far.after("crm", None, 1)


async def test_a_producer_that_cannot_be_reached_or_does_not_answer_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal_http, "_ANSWER_SECONDS", 0.2)
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(0), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    for address in ("http://127.0.0.1:1", f"http://127.0.0.1:{port}"):
        journals = HttpJournals({PRODUCER: address}, KEY)
        with pytest.raises(JournalUnavailable, match="does not answer"):
            await journals.of(PRODUCER).after("crm", None, 1)
        await journals.close()
    silent.close()


async def test_a_wrong_key_is_told_and_not_taken_for_an_absence(url: str) -> None:
    journals = HttpJournals({PRODUCER: url}, ServiceKey(SecretStr("x" * 40)))
    with pytest.raises(JournalRefused, match="401"):
        await journals.of(PRODUCER).after("crm", None, 1)
    await journals.close()
