"""A whole Partline, started as a person starts it, for tests from the outside."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from partline.embedded.ports import free_port

READY_SECONDS = 180
STOP_SECONDS = 60
PASSWORD = "partline-demo"
PARTNER_KEY = "plk_demo_bracket_and_sons"


@dataclass
class System:
    """A running Partline: its address, its state folder, and what it printed."""

    address: str
    home: Path
    process: subprocess.Popen[bytes]
    output: Path

    def command(self, *arguments: str, seconds: float = 240) -> subprocess.CompletedProcess[str]:
        """Run `partline …` against this system, as in another terminal."""
        return subprocess.run(
            [sys.executable, "-m", "partline", *arguments],
            env=os.environ | {"PARTLINE_HOME": str(self.home), "PARTLINE_ADDRESS": self.address},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def processes(self) -> dict[str, int]:
        """The process id of each supervised process that runs now, by name."""
        record = json.loads((self.home / "run.json").read_text())
        return {p["name"]: p["pid"] for p in record["processes"] if p["pid"]}

    def signed_in(self, email: str) -> "Caller":
        """A caller with the session of a demo account."""
        caller = Caller(self.address, {})
        answer = caller.ask(
            "mutation ($e: String!, $p: String!) { signIn(email: $e, password: $p) { token } }",
            {"e": f"{email}@partline.example", "p": PASSWORD},
        )
        token = answer["data"]["signIn"]["token"]
        return Caller(self.address, {"Cookie": f"partline_session={token}", "Origin": self.address})

    def partner(self) -> "Caller":
        """The demo partner, by API key."""
        return Caller(self.address, {"Authorization": f"Bearer {PARTNER_KEY}"})


@dataclass(frozen=True)
class Caller:
    """Somebody who talks to the public API."""

    address: str
    headers: dict[str, str]

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The whole answer, errors included."""
        response = httpx.post(
            f"{self.address}/graphql",
            json={"query": query, "variables": variables or {}},
            headers=self.headers,
            timeout=60,
        )
        return dict(response.json())

    def data(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer that must have no errors."""
        answer = self.ask(query, variables)
        assert "errors" not in answer, answer["errors"]
        return dict(answer["data"])


@contextmanager
def partline(home: Path, *options: str) -> Iterator[System]:
    """`partline up` in `home` on a free port, ready; stopped by Ctrl-C at the end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    home.mkdir(parents=True, exist_ok=True)
    output = home / "up.out"
    with output.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "partline", "up", "--port", str(port), *options],
            env=os.environ | {"PARTLINE_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    system = System(address, home, process, output)
    try:
        _wait_until_ready(system)
        yield system
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A state folder that an unprivileged account can pass through."""
    with tempfile.TemporaryDirectory(prefix="partline-system-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "home"


def _wait_until_ready(system: System) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if system.process.poll() is not None:
            break
        try:
            if httpx.get(f"{system.address}/health", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"Partline did not get ready:\n{system.output.read_text()[-8000:]}")
