"""What an answer of the public API means to the demo."""

from typing import Any

import httpx
import pytest

from partline.demo.caller import Caller, answer_of
from partline.demo.outcome import OutOfReach, Refused


def error(code: str) -> dict[str, Any]:
    return {"data": None, "errors": [{"message": "why", "extensions": {"code": code}}]}


def test_data_is_data() -> None:
    assert answer_of(httpx.Response(200, json={"data": {"me": None}})) == {"me": None}


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, json=error("SUBGRAPH_UNAVAILABLE")),
        httpx.Response(200, json=error("SUBREQUEST_FAILED")),
        httpx.Response(503, json=error("IDENTITY_UNAVAILABLE")),
        httpx.Response(429, json=error("TOO_MANY_REQUESTS")),
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(200, json={"data": {"order": None}} | error("INTERNAL")),
    ],
)
def test_a_part_that_is_away_is_tried_again(response: httpx.Response) -> None:
    with pytest.raises(OutOfReach):
        answer_of(response)


def test_a_no_is_a_no() -> None:
    with pytest.raises(Refused, match="why") as refusal:
        answer_of(httpx.Response(200, json=error("ALREADY_CLAIMED")))
    assert refusal.value.code == "ALREADY_CLAIMED"


async def test_a_gateway_that_is_not_there_is_out_of_reach() -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1") as http:
        with pytest.raises(OutOfReach, match="no answer"):
            await Caller(http).ask("{ me { id } }")
