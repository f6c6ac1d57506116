"""Log lines: nobody outside decides what a terminal does with them."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from gateway.edge.access_log import AccessLog, note
from shared.telemetry.logs import write_logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged as text; the tests' own logging is as it was afterwards."""
    root, configuration = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    write_logs("text", "info")
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)


def test_what_controls_a_terminal_is_written_out(written: io.StringIO) -> None:
    log = structlog.wrap_logger(logging.getLogger("test"))
    log.info("asked", path="/\x1b[2Jx", name="a\u2028b", two="1\n2026-01-01 forged")
    line = written.getvalue()
    assert "/\\x1b[2Jx" in line
    assert "\\u2028" in line
    assert "1\\n2026" in line
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()


def test_a_traceback_keeps_its_lines(written: io.StringIO) -> None:
    try:
        int("x")
    except ValueError:
        structlog.wrap_logger(logging.getLogger("test")).exception("failed")
    assert written.getvalue().count("\n") > 3


async def test_what_a_client_sends_takes_little_of_a_line(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A logger keeps the way to write that it found when it was first used, maybe by another test.
    monkeypatch.setattr("gateway.edge.access_log._log", structlog.get_logger("access"))

    async def app(scope: object, receive: object, send: object) -> None:
        note(scope, operation="x" * 100_000)  # type: ignore[arg-type]

    scope = {"type": "http", "method": "GET", "path": "/" + "y" * 100_000}
    await AccessLog(app)(scope, None, None)  # type: ignore[arg-type]
    assert 0 < len(written.getvalue()) < 1_000
