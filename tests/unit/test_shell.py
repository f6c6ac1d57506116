"""Lines of documents that do not end."""

import time

import psutil
import pytest

from tests.shell import run_lines


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_lines_that_do_not_end_are_ended_with_all_that_they_started() -> None:
    with pytest.raises(AssertionError, match=r"not at its end after 0\.5 s:\n\d+") as told:
        run_lines("sleep 86400 & echo $!; wait", {}, seconds=0.5)
    started = int(str(told.value).splitlines()[-1])
    while not gone(started):
        time.sleep(0.01)


def test_a_line_that_fails_is_told_with_what_was_printed() -> None:
    with pytest.raises(AssertionError, match="so far"):
        run_lines("echo so far; false; echo further", {}, seconds=60)
    assert not any(child.name() == "bash" for child in psutil.Process().children())
