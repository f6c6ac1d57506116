"""Requests that come too slowly, or wait too long for their plan, are ended."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from starlette.requests import Request
from starlette.types import Message

from gateway.edge.graphql.answering import Answering, AnsweringSettings
from gateway.edge.graphql.asker import Asker
from gateway.edge.graphql.documents import Documents
from gateway.edge.graphql.request import GraphQLRequest
from gateway.edge.open_streams import OpenStreams, StreamOwner
from gateway.edge.refusal import Refusal
from gateway.federation import Engine, FetchRequest, Subgraph, compose
from gateway.federation.workers import started

SUPERGRAPH = compose([Subgraph("a", "type Query { x: Int }")])
ASKER = Asker(None, None, "reference", StreamOwner("address"))


async def fetch(subgraph: str, request: FetchRequest) -> bytes:
    return b'{"data":{"x":1}}'


def answering(**settings: float) -> Answering:
    return Answering(AnsweringSettings(**settings), Documents(), OpenStreams())  # type: ignore[arg-type]


def request(*messages: Message) -> Request:
    waiting = list(messages)

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    headers = [(b"content-type", b"application/json")]
    return Request({"type": "http", "method": "POST", "headers": headers, "path": "/"}, receive)


async def test_a_body_that_does_not_come_to_its_end_is_refused() -> None:
    half = {"type": "http.request", "body": b'{"query":', "more_body": True}
    with pytest.raises(Refusal) as refused:
        await answering(body_seconds=0.05).read(request(half))
    assert (refused.value.status, refused.value.code) == (408, "BODY_TOO_SLOW")


async def test_an_operation_whose_plan_is_not_begun_in_time_is_refused_and_never_planned() -> None:
    engine, busy = Engine(SUPERGRAPH, fetch), Event()
    planning = [started(busy.wait) for _ in range(2)]
    operation = GraphQLRequest("{ x }")
    try:
        with pytest.raises(Refusal) as refused:
            await answering(operation_seconds=0.05).answer(request(), operation, engine, ASKER)
        assert (refused.value.status, refused.value.code) == (503, "TOO_MANY_NEW_OPERATIONS")
        assert not engine._plans._being_made
    finally:
        busy.set()
    assert all(one.result() for one in planning)
    assert len(engine._plans._cache) == 0
    assert (await answering().answer(request(), operation, engine, ASKER)).status_code == 200


async def test_who_goes_on_waiting_for_a_plan_gets_it_when_others_have_gone() -> None:
    engine, busy = Engine(SUPERGRAPH, fetch), Event()
    planning = [started(busy.wait) for _ in range(2)]
    try:
        gone, staying = (asyncio.create_task(engine.planned("{ x }")) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    finally:
        busy.set()
    assert (await staying).operation.kind == "query"
    assert all(one.result() for one in planning)
