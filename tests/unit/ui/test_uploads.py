"""Bringing a model in, with and without JavaScript."""

import httpx
import pytest
from httpx import AsyncClient
from starlette.applications import Starlette

from tests.unit.ui.gateway_commands import refusal
from tests.unit.ui.gateway_double import GatewayDouble


class Storage:
    """Takes what is PUT, like object storage does."""

    def __init__(self) -> None:
        self.stored: dict[str, tuple[bytes, httpx.Headers]] = {}
        self.status = 200

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.stored[str(request.url)] = (await request.aread(), request.headers)
        return httpx.Response(self.status)


@pytest.fixture
def storage(consoles: Starlette, monkeypatch: pytest.MonkeyPatch) -> Storage:
    taken = Storage()
    client = consoles.state.console.storage
    monkeypatch.setattr(client, "_transport", httpx.MockTransport(taken))
    return taken


async def test_a_file_reaches_storage_without_javascript(
    browser: AsyncClient, storage: Storage, gateway: GatewayDouble
) -> None:
    content = b"solid part" * 150_000
    answer = await browser.post("/editor", files={"file": ("part.stl", content, "model/stl")})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/editor/fresh"
    body, headers = storage.stored["http://storage.test/fresh"]
    assert body == content
    assert headers["content-length"] == str(len(content))
    assert headers["content-type"] == "model/stl"
    assert gateway.asked("createUpload")["size"] == len(content)


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(browser: AsyncClient) -> None:
    answer = await browser.post("/editor", files={"file": ("big.stl", b"x" * 2_200_000)})
    assert answer.status_code == 422
    assert "larger than 2 MB" in answer.text


async def test_storage_that_refuses_is_told(browser: AsyncClient, storage: Storage) -> None:
    storage.status = 403
    answer = await browser.post("/editor", files={"file": ("part.stl", b"solid")})
    assert answer.status_code == 409
    assert "Storage did not take the file." in answer.text


async def test_the_script_gets_an_address_to_put_the_file_to(browser: AsyncClient) -> None:
    form = {"fileName": "part.stl", "size": "100", "contentType": "model/stl"}
    answer = await browser.post("/editor/uploads", data=form)
    assert answer.status_code == 201
    assert answer.json()["url"] == "http://storage.test/fresh"
    done = await browser.post("/editor/uploads/fresh/complete")
    assert done.json() == {"next": "/editor/fresh"}


async def test_the_script_is_told_why_a_file_is_refused(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    empty = await browser.post("/editor/uploads", data={"fileName": "part.stl", "size": "0"})
    assert (empty.status_code, empty.json()["code"]) == (422, "INVALID")
    gateway.refusals["createUpload"] = refusal("FORMAT", "Use STL.")
    refused = await browser.post("/editor/uploads", data={"fileName": "part.exe", "size": "5"})
    assert refused.json() == {"code": "FORMAT", "message": "Use STL."}
