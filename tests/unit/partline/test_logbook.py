"""What the processes print."""

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
