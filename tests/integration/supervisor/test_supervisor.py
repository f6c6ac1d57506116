"""The supervisor with real processes."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from partline.supervisor.child import Child, ChildState
from partline.supervisor.program import Program
from partline.supervisor.supervisor import StartFailedError, Supervisor
from tests.integration.supervisor.programs import lives, logbook, server, task, until
from tests.patience import line_of
from tests.programs import always


@asynccontextmanager
async def started(folder: Path, *programs: Program) -> AsyncIterator[dict[str, Child]]:
    supervisor = Supervisor(programs, logbook(folder), lambda _: None)
    try:
        await supervisor.start()
        yield {child.program.name: child for child in supervisor.children}
    finally:
        await supervisor.stop()


def _pid(child: Child) -> int:
    assert child.pid is not None
    return child.pid


async def test_a_program_starts_only_when_those_it_waits_for_are_ready(tmp_path: Path) -> None:
    first, second = tmp_path / "db.marker", tmp_path / "seen"
    look = f"import os; open({str(second)!r}, 'w').write(str(os.path.exists({str(first)!r})))"
    async with started(tmp_path, task("setup", look, after=("db",)), server(tmp_path, "db")):
        assert second.read_text() == "True"


async def test_a_killed_process_is_started_again_and_ready_again(tmp_path: Path) -> None:
    async with started(tmp_path, server(tmp_path, "app")) as children:
        app = children["app"]
        before = _pid(app)
        os.kill(before, signal.SIGKILL)
        await until(lambda: app.restarts == 1 and app.state is ChildState.READY)
        assert _pid(app) != before


async def test_a_full_disk_neither_ends_a_process_nor_keeps_it_from_being_started_again(
    tmp_path: Path,
) -> None:
    full = False
    refused = 0
    recorded: list[ChildState] = []

    def record(children: Sequence[Child]) -> None:
        nonlocal refused
        if full:
            refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        recorded[:] = [child.state for child in children]

    (tmp_path / "logs").mkdir()
    for name in ("app", "partline"):
        (tmp_path / "logs" / f"{name}.log").symlink_to("/dev/full")
    supervisor = Supervisor([server(tmp_path, "app")], logbook(tmp_path), record)
    try:
        await supervisor.start()
        app = supervisor.children[0]
        await until(lambda: recorded == [ChildState.READY])
        full = True
        before = _pid(app)
        os.kill(before, signal.SIGKILL)
        await until(lambda: app.restarts == 1 and app.state is ChildState.READY)
        assert _pid(app) != before
        await until(lambda: refused > 1)
        recorded.clear()
        full = False
        await until(lambda: recorded == [ChildState.READY])
    finally:
        await supervisor.stop()


async def test_stopping_leaves_nothing_not_even_the_children_of_a_process(tmp_path: Path) -> None:
    async with started(
        tmp_path, server(tmp_path, "db"), server(tmp_path, "app", "with-child", after=("db",))
    ) as children:
        grandchild = int((tmp_path / "app.child").read_text())
        pids = [_pid(child) for child in children.values()]
        assert all(lives(pid) for pid in [grandchild, *pids])
    assert not any(lives(pid) for pid in [grandchild, *pids])


async def test_what_a_killed_process_had_started_dies_with_it(tmp_path: Path) -> None:
    async with started(tmp_path, server(tmp_path, "app", "with-child")) as children:
        grandchild = int((tmp_path / "app.child").read_text())
        os.kill(_pid(children["app"]), signal.SIGKILL)
        await until(lambda: not lives(grandchild))


async def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    async with started(tmp_path, server(tmp_path, "app", "deaf")) as children:
        pid = _pid(children["app"])
    assert not lives(pid)


async def test_a_program_that_cannot_start_fails_the_start_with_its_last_words(
    tmp_path: Path,
) -> None:
    broken = Program(
        name="app",
        command=("/bin/sh", "-c", "echo no such colour; exit 3"),
        ready=_never,
        ready_seconds=5,
    )
    with pytest.raises(StartFailedError, match=r"app does not start: exit status 3\n(.|\n)*colour"):
        async with started(tmp_path, broken):
            pytest.fail("it was started")


async def test_a_program_that_is_not_there_fails_the_start(tmp_path: Path) -> None:
    missing = Program(name="app", command=(str(tmp_path / "missing"),), ready=always)
    with pytest.raises(StartFailedError, match="app cannot be run"):
        async with started(tmp_path, missing):
            pytest.fail("it was started")


async def test_a_failed_task_fails_the_start_and_is_not_repeated(tmp_path: Path) -> None:
    count = tmp_path / "count"
    code = f"open({str(count)!r}, 'a').write('x'); raise SystemExit('the tables are odd')"
    with pytest.raises(StartFailedError, match="the tables are odd"):
        async with started(
            tmp_path, task("setup", code), server(tmp_path, "app", after=("setup",))
        ):
            pytest.fail("it was started")
    assert count.read_text() == "x"
    assert not (tmp_path / "app.marker").exists()


async def test_a_process_that_never_gets_ready_is_killed_and_fails_the_start(
    tmp_path: Path,
) -> None:
    slow = replace(server(tmp_path, "app"), ready=_never, ready_seconds=0.2)
    with pytest.raises(StartFailedError, match="app does not start: signal SIGKILL"):
        async with started(tmp_path, slow):
            pytest.fail("it was started")


async def test_changes_are_reported_as_they_happen(tmp_path: Path) -> None:
    reports: list[dict[str, ChildState]] = []

    def note(children: object) -> None:
        assert isinstance(children, list)
        reports.append({child.program.name: child.state for child in children})

    supervisor = Supervisor([server(tmp_path, "app")], logbook(tmp_path), note)
    await supervisor.start()
    await until(lambda: {"app": ChildState.READY} in reports)
    await supervisor.stop()
    assert reports[-1] == {"app": ChildState.STOPPED}


async def _never() -> bool:
    return False


async def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import asyncio
from pathlib import Path
from partline.supervisor.supervisor import Supervisor
from tests.integration.supervisor.programs import logbook, server
folder = Path({str(tmp_path)!r})
async def run():
    programs = [server(folder, "app"), server(folder, "deaf", "deaf")]
    supervisor = Supervisor(programs, logbook(folder), lambda _: None)
    await supervisor.start()
    print(*(child.pid for child in supervisor.children), flush=True)
    await asyncio.sleep(600)
asyncio.run(run())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    pids = [int(pid) for pid in (await line_of(process)).split()]
    assert len(pids) == 2
    assert all(psutil.pid_exists(pid) for pid in pids)
    process.kill()
    await process.wait()
    await until(lambda: not any(lives(pid) for pid in pids))
