"""Ports of the internal servers."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from partline.embedded.ports import HOST, PortBook, free_port, is_free, keep


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ports.json"


def test_a_restart_finds_the_same_ports(file: Path) -> None:
    first = PortBook(file)
    chosen = {name: first.port(name) for name in ("postgres", "valkey")}
    second = PortBook(file)
    assert {name: second.port(name) for name in ("valkey", "postgres")} == chosen


def test_a_port_that_was_taken_meanwhile_is_replaced_and_the_new_one_kept(file: Path) -> None:
    before = PortBook(file).port("postgres")
    with socket.socket() as stranger:
        stranger.bind((HOST, before))
        stranger.listen()
        after = PortBook(file).port("postgres")
        assert after != before
    assert PortBook(file).port("postgres") == after


def test_a_port_stays_the_same_in_one_run_although_its_server_now_listens(file: Path) -> None:
    book = PortBook(file)
    port = book.port("postgres")
    with socket.socket() as server:
        server.bind((HOST, port))
        server.listen()
        assert book.port("postgres") == port


def test_a_taken_port_is_not_free() -> None:
    port = free_port()
    assert is_free(port)
    with socket.socket() as server:
        server.bind((HOST, port))
        server.listen()
        assert not is_free(port)


def test_a_port_is_given_once_until_its_server_listens() -> None:
    given = [free_port() for _ in range(50)]
    assert len(set(given)) == len(given)
    assert not keep(given[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes do not see it")
def test_another_process_is_not_given_it_either() -> None:
    port = free_port()
    code = f"from partline.embedded.ports import keep; print(keep({port}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
