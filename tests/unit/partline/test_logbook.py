"""What the processes print."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partline.supervisor.logbook import Logbook, LogFile


def test_a_full_file_starts_anew_and_only_one_older_is_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "app.log", max_bytes=100)
    for number in range(50):
        log.write(f"line number {number}".encode())
    log.close()
    assert {path.name for path in tmp_path.iterdir()} == {"app.log", "app.log.1"}
    assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
    assert (tmp_path / "app.log").read_text().splitlines()[-1] == "line number 49"


def test_each_line_on_the_terminal_says_which_process_it_came_from(tmp_path: Path) -> None:
    shown: list[str] = []
    logbook = Logbook(tmp_path / "logs", ("app", "postgres"), shown.append, colour=False)
    logbook.write("app", b"hello")
    logbook.write("postgres", b"ready")
    logbook.close()
    assert shown == ["app      | hello", "postgres | ready"]


def test_bytes_that_are_no_text_do_not_stop_the_log(tmp_path: Path) -> None:
    shown: list[str] = []
    logbook = Logbook(tmp_path / "logs", ("app",), shown.append, colour=False)
    logbook.write("app", b"\xff\xfe")
    logbook.close()
    assert shown == ["app | \ufffd\ufffd"]


def test_the_last_lines_of_a_process_can_be_asked_for(tmp_path: Path) -> None:
    logbook = Logbook(tmp_path / "logs", ("app",), lambda _: None, colour=False)
    for number in range(30):
        logbook.write("app", str(number).encode())
    assert logbook.tail("app", lines=2) == "28\n29"
    assert logbook.tail("unknown") == ""
    logbook.close()


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: what is written then is cut off, then refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_costs_lines_that_are_counted_and_nothing_else(tmp_path: Path) -> None:
    shown: list[str] = []
    logbook = Logbook(tmp_path / "logs", ("app",), shown.append, colour=False)
    logbook.write("app", b"before")
    with _room_for(10):
        for number in range(3):
            logbook.write("app", b"lost %d" % number)
    logbook.write("app", b"after")
    logbook.close()
    written = (tmp_path / "logs" / "app.log").read_text().splitlines()
    assert written[0] == "before"
    assert written[-2:] == ["[3 lines are missing here: they could not be written]", "after"]
    assert shown == [f"app | {line}" for line in ("before", "lost 0", "lost 1", "lost 2", "after")]


def test_a_log_on_a_full_disk_from_the_start_is_no_error() -> None:
    log = LogFile(Path("/dev/full"))
    log.write(b"lost")
    log.close()
