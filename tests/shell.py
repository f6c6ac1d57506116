"""Lines of a document, run as a reader would, with an end whatever they started."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def run_lines(
    lines: str, environment: Mapping[str, str], *, folder: Path | None = None, seconds: float
) -> str:
    """What bash prints for `lines`; AssertionError when they fail or do not end in time.

    All that they started ends with them. A timeout of `subprocess.run` ends bash alone, and then
    waits without a limit for the pipe that a `curl -N` of theirs holds open.
    """
    with subprocess.Popen(
        ["bash", "-eu", "-c", lines],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as bash:
        try:
            printed, _ = bash.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(bash)
            printed, _ = bash.communicate()
            raise AssertionError(f"not at its end after {seconds:g} s:\n{printed}") from None
        except BaseException:
            _end(bash)
            raise
    assert bash.returncode == 0, printed
    return printed


def _end(bash: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(bash.pid, signal.SIGKILL)
