"""Nothing that a rig starts outlives it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

_RIG = """
import os, subprocess, sys, time
from tests.torture.chaos.guard import guarded

def work():
    subprocess.Popen([sys.executable, "-c", {daemon!r}, {pids!r}])
    while not os.path.exists({pids!r}):
        time.sleep(0.01)
    {end}

sys.exit(guarded(work))
"""
_DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1] + ".new", "w").write(str(os.getpid()))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        time.sleep(600)
"""
_LONG = "time.sleep(600)"


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
@pytest.mark.parametrize(
    ("end", "sent", "status"),
    [("return 3", None, 3), ("os.kill(os.getpid(), 9)", None, 137), (_LONG, signal.SIGTERM, 143)],
    ids=["it ends", "it is killed", "the guard is asked to end"],
)
def test_a_process_that_left_its_parent_is_ended_with_the_rig(
    tmp_path: Path, end: str, sent: signal.Signals | None, status: int
) -> None:
    pids = tmp_path / "pids"
    program = _RIG.format(daemon=_DAEMON, pids=str(pids), end=end)
    rig = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[3])
    try:
        _until(pids.exists)
        if sent is not None:
            rig.send_signal(sent)
        assert rig.wait(30) == status
        assert not psutil.pid_exists(int(pids.read_text()))
    finally:
        rig.kill()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
