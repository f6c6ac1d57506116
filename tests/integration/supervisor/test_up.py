"""`partline up`, `status` and `down`, all of it for real."""

import os
import signal
import socket
from collections.abc import Iterator

import httpx
import pytest

from partline.topology import Mode, parts
from shared.settings import SERVICES
from tests.integration.supervisor.installation import Installation, Running, installation
from tests.integration.supervisor.programs import until

REGISTER = """
mutation ($email: String!) {
  register(email: $email, name: "Kay Keeper", password: "correct horse battery") { account { id } }
}
"""
SIGN_IN = """
mutation ($email: String!) {
  signIn(email: $email, password: "correct horse battery") { account { id } }
}
"""
SERVERS = ("postgres", "valkey", "objects", "mailbox")


@pytest.fixture(scope="module")
def own() -> Iterator[Installation]:
    with installation() as made:
        yield made


@pytest.fixture(scope="module")
def account(own: Installation) -> str:
    """Makes the first run, in which an account is registered; gives the account's id."""
    with own.up() as running:
        pids = running.pids()
        assert set(pids) == {*SERVERS, *(part.name for part in parts(Mode.TOGETHER))}
        registered = _graphql(own, REGISTER)["register"]["account"]["id"]
        assert running.interrupt() == 0, running.said[-3000:]
        assert running.alive(pids) == []
    return str(registered)


def _graphql(own: Installation, document: str) -> dict[str, dict[str, dict[str, str]]]:
    answer = httpx.post(
        f"{own.address}/graphql",
        json={"query": document, "variables": {"email": "kay@partline.example"}},
        timeout=30,
    )
    body = answer.json()
    assert "errors" not in body, body
    data: dict[str, dict[str, dict[str, str]]] = body["data"]
    return data


def _serves(own: Installation) -> bool:
    """Whether somebody can sign in, which takes gateway, service and database."""
    answer = httpx.post(
        f"{own.address}/graphql",
        json={"query": SIGN_IN, "variables": {"email": "kay@partline.example"}},
        timeout=30,
    )
    return "errors" not in answer.json()


@pytest.fixture(scope="module")
def running(own: Installation, account: str) -> Iterator[Running]:
    """The second run."""
    del account
    with own.up() as up:
        yield up


async def test_a_second_start_finds_the_data_again(
    own: Installation, account: str, running: Running
) -> None:
    assert _graphql(own, SIGN_IN)["signIn"]["account"]["id"] == account


async def test_everything_is_behind_one_address(own: Installation, running: Running) -> None:
    async with httpx.AsyncClient(base_url=own.address) as client:
        statuses = {
            path: (await client.get(path)).status_code for path in ("/", "/editor", "/health")
        }
    assert statuses == {"/": 200, "/editor": 200, "/health": 200}


async def test_it_says_what_to_try_how_long_it_took_and_how_large_it_is(
    own: Installation, running: Running
) -> None:
    assert f"Partline is ready at {own.address}" in running.said
    assert "shopper@partline.example" in running.said
    assert " MB)" in running.said


async def test_status_shows_every_process(own: Installation, running: Running) -> None:
    exit_status, said = own.run("status")
    assert exit_status == 0, said
    for name in running.pids():
        assert name in said
    assert "ready" in said


async def test_a_second_up_says_that_one_runs(own: Installation, running: Running) -> None:
    exit_status, said = own.run("up")
    assert exit_status == 1
    assert f"already runs from this folder (process {running.process.pid})" in said


@pytest.mark.parametrize("name", ["workers", "app", "postgres", "valkey"])
async def test_a_killed_process_comes_back(own: Installation, running: Running, name: str) -> None:
    before = running.pids()[name]
    os.kill(before, signal.SIGKILL)
    await until(lambda: running.pids().get(name, before) != before, seconds=60)
    await running.until_healthy()
    await until(lambda: _serves(own), seconds=60)


async def test_nothing_outlives_a_supervisor_that_is_killed_and_the_next_start_is_clean(
    own: Installation, running: Running
) -> None:
    pids = running.pids()
    running.kill()
    await until(lambda: running.alive(pids) == [], seconds=60)
    assert own.run("status")[0] == 1
    exit_status, said = own.run("up", "--detach")
    assert exit_status == 0, said
    assert "Partline is ready at" in said
    assert _graphql(own, SIGN_IN)["signIn"]["account"]["id"]
    again = dict(running.pids())
    assert own.run("down")[0] == 0
    assert running.alive(again) == []


async def test_a_taken_port_is_named_with_a_way_out() -> None:
    with installation() as other, socket.socket() as taken:
        taken.bind(("127.0.0.1", other.port))
        taken.listen()
        exit_status, said = other.run("up")
    assert exit_status == 1
    assert f"Port {other.port} is already taken" in said
    assert f"PORT={other.port + 10} make up" in said


async def test_in_processes_a_killed_service_comes_back_while_the_others_stay() -> None:
    with installation() as separate, separate.up("--processes") as running:
        before = running.pids()
        assert set(before) == {*SERVERS, *(part.name for part in parts(Mode.PROCESSES))}
        os.kill(before["shop"], signal.SIGKILL)
        await until(
            lambda: running.pids().get("shop", before["shop"]) != before["shop"], seconds=60
        )
        await running.until_healthy()
        after = running.pids()
        assert {name for name in before if before[name] != after[name]} == {"shop"}
        addresses = {process.name: process.address for process in separate.record().processes}
        async with httpx.AsyncClient() as client:
            for service in SERVICES:
                answer = await client.post(
                    f"{addresses[service]}/graphql", json={"query": "{ __typename }"}
                )
                assert answer.status_code == 401, service
