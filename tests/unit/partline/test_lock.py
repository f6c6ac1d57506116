"""One supervisor for a state folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from partline.supervisor.lock import AlreadyRunningError, SupervisorLock, holder

_HOLD = """
import sys, time
from pathlib import Path
from partline.supervisor.lock import SupervisorLock
with SupervisorLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_one_is_told_who_holds_it(tmp_path: Path) -> None:
    with _holding(tmp_path / "lock") as process:
        assert holder(tmp_path / "lock") == process.pid
        with (
            pytest.raises(AlreadyRunningError, match=rf"process {process.pid}.*partline down"),
            SupervisorLock(tmp_path / "lock"),
        ):
            pytest.fail("both have it")
        process.kill()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with _holding(tmp_path / "lock") as process:
        process.kill()
        process.wait()
        assert holder(tmp_path / "lock") is None
        with SupervisorLock(tmp_path / "lock"):
            pass


def test_nobody_holds_a_lock_that_was_given_back(tmp_path: Path) -> None:
    with SupervisorLock(tmp_path / "lock"):
        pass
    assert holder(tmp_path / "lock") is None
    assert holder(tmp_path / "never") is None


def _holding(file: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process
