"""Processes of an earlier run."""

import subprocess
from dataclasses import replace

from partline.supervisor.leftovers import end_leftovers
from partline.supervisor.record import ProcessRecord, RunRecord, birth_of


def _record(*processes: ProcessRecord) -> RunRecord:
    return RunRecord(pid=1, address="", mode="together", processes=processes)


def test_what_still_runs_is_ended() -> None:
    with subprocess.Popen(["/bin/sleep", "600"]) as process:
        left = ProcessRecord("app", "ready", process.pid, birth_of(process.pid), 0, "")
        assert end_leftovers(_record(left)) == ["app"]
        assert birth_of(process.pid) is None


def test_a_stranger_who_has_the_number_now_is_let_alone() -> None:
    with subprocess.Popen(["/bin/sleep", "600"]) as stranger:
        born = birth_of(stranger.pid)
        assert born is not None
        left = ProcessRecord("app", "ready", stranger.pid, born - 3600, 0, "")
        assert end_leftovers(_record(left, replace(left, born=None))) == []
        assert stranger.poll() is None
        stranger.kill()
