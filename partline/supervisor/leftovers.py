"""Processes of an earlier run that outlived its supervisor."""

from collections.abc import Sequence

import psutil

from partline.supervisor.record import ProcessRecord, RunRecord, birth_of

STOP_SECONDS = 20.0
CLOCK_STEP_SECONDS = 2.0


def end_leftovers(record: RunRecord) -> Sequence[str]:
    """End what still runs of an earlier run and return the names of it.

    A process is ended only when its id *and* its time of birth are the recorded ones: the id
    alone may by now belong to somebody else.
    """
    alive = [process for process in record.processes if _still_runs(process)]
    families = [psutil.Process(process.pid) for process in alive]
    for process in families:
        process.terminate()
    _, stubborn = psutil.wait_procs(families, timeout=STOP_SECONDS)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=STOP_SECONDS)
    return [process.name for process in alive]


def _still_runs(process: ProcessRecord) -> bool:
    born = birth_of(process.pid)
    if process.born is None or born is None:
        return False
    return abs(born - process.born) < CLOCK_STEP_SECONDS
