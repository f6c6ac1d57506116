import asyncio
import os
import signal
import socket
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.rejection import ModelRejected
from jobs.sandbox import ComputationFailed, Limits, Sandbox
from tests.unit.jobs import misbehaviour, solids

HERE = misbehaviour.__name__
NAMES = [name for name in vars(misbehaviour) if callable(getattr(misbehaviour, name))]
ALLOWED = [f"{HERE}.{name}" for name in NAMES if name not in {"ModelRejected", "Path", "Any"}]
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox([*ALLOWED, "jobs.pricing.entry.analyse", "jobs.models.entry.inspect"])
    yield made
    made.close()


async def call(
    sandbox: Sandbox,
    name: str,
    limits: Limits | None = None,
    folder: Path | None = None,
    **payload: Any,
) -> Any:
    limits = limits or Limits()
    return await sandbox.run(f"{HERE}.{name}", payload, limits=limits, directory=folder)


async def failure(
    sandbox: Sandbox,
    name: str,
    limits: Limits | None = None,
    folder: Path | None = None,
    **payload: Any,
) -> str:
    with pytest.raises(ComputationFailed) as failed:
        await call(sandbox, name, limits, folder, **payload)
    return failed.value.code


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (processes and files set no event)
            await asyncio.sleep(0.01)


async def test_a_function_answers_from_a_process_of_its_own(sandbox: Sandbox) -> None:
    first, second = await call(sandbox, "add", a=1, b=2), await call(sandbox, "add", a=3, b=4)
    assert (first["sum"], second["sum"]) == (3, 7)
    assert len({first["pid"], second["pid"], os.getpid()}) == 3


async def test_calls_run_beside_each_other(sandbox: Sandbox) -> None:
    answers = await asyncio.gather(*(call(sandbox, "add", a=n, b=n) for n in range(20)))
    assert [answer["sum"] for answer in answers] == [2 * n for n in range(20)]


async def test_a_function_that_is_not_allowed_is_not_called(sandbox: Sandbox) -> None:
    with pytest.raises(ComputationFailed) as failed:
        await sandbox.run("os.getcwd", {})
    assert "not allowed" in failed.value.detail


async def test_the_working_directory_is_the_one_of_the_job(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    answer = await sandbox.run(f"{HERE}.where", {}, directory=tmp_path)
    assert answer["directory"] == str(tmp_path)
    assert (tmp_path / "written.txt").read_text() == "here"


async def test_secrets_in_the_environment_do_not_reach_the_computation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARTLINE_DATABASE_PASSWORD", "secret")
    sandbox = Sandbox(ALLOWED)
    names = (await call(sandbox, "environment"))["names"]
    sandbox.close()
    assert "PATH" in names
    assert "PARTLINE_DATABASE_PASSWORD" not in names


async def test_a_refusal_comes_out_as_it_went_in(sandbox: Sandbox) -> None:
    with pytest.raises(ModelRejected) as refused:
        await call(sandbox, "reject")
    assert (refused.value.code, refused.value.sentence) == ("NOT_A_MODEL", "Upload a model.")


async def test_a_refusal_is_never_longer_than_a_person_reads(sandbox: Sandbox) -> None:
    with pytest.raises(ModelRejected) as refused:
        await call(sandbox, "reject_at_length")
    assert (len(refused.value.code), len(refused.value.sentence)) == (40, 600)


async def test_a_computation_writes_nothing_into_the_log(
    capfd: pytest.CaptureFixture[str],
) -> None:
    sandbox = Sandbox(ALLOWED)
    assert (await call(sandbox, "shout"))["written"] > 0
    sandbox.close()
    assert "all is well" not in capfd.readouterr().err


async def test_what_is_told_of_a_bug_is_cut_to_its_end(sandbox: Sandbox) -> None:
    with pytest.raises(ComputationFailed) as failed:
        await call(sandbox, "fail_at_length")
    assert len(failed.value.detail) == 4_000
    assert failed.value.detail.rstrip().endswith("of ours")


async def test_a_bug_in_the_computation_is_told_with_its_place(sandbox: Sandbox) -> None:
    with pytest.raises(ComputationFailed) as failed:
        await call(sandbox, "fail")
    assert failed.value.code == "CRASHED"
    assert "ValueError: a bug" in failed.value.detail


async def test_too_long_is_a_timeout(sandbox: Sandbox) -> None:
    assert await failure(sandbox, "loop_forever", Limits(wall_s=0.2)) == "TIMEOUT"


async def test_a_computation_that_ignores_signals_is_killed_all_the_same(sandbox: Sandbox) -> None:
    assert await failure(sandbox, "burn_forever", Limits(wall_s=0.2)) == "TIMEOUT"


async def test_the_limit_on_computing_time_holds_without_the_caller(sandbox: Sandbox) -> None:
    assert await failure(sandbox, "burn_forever", Limits(wall_s=30, cpu_s=1)) == "TIMEOUT"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
async def test_too_much_memory_is_told_as_such(sandbox: Sandbox) -> None:
    limits = Limits(memory_bytes=200 * MIB)
    assert (await call(sandbox, "take_memory", limits, megabytes=50))["taken"] == 50 * MIB
    assert await failure(sandbox, "take_memory", limits, megabytes=400) == "OUT_OF_MEMORY"


async def test_a_file_that_breaks_the_reader_twice_is_refused(sandbox: Sandbox) -> None:
    assert await failure(sandbox, "segfault") == "BREAKS_READER"
    assert await failure(sandbox, "give_up") == "BREAKS_READER"


async def test_a_computation_that_breaks_down_by_chance_is_repeated(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert (await call(sandbox, "segfault_once", folder=tmp_path))["second"]


async def test_a_computation_that_leaves_without_an_answer_is_a_crash(sandbox: Sandbox) -> None:
    assert await failure(sandbox, "leave") == "CRASHED"


async def test_a_file_larger_than_the_limit_cannot_be_written(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with pytest.raises(ComputationFailed) as failed:
        await sandbox.run(
            f"{HERE}.write_large_file",
            {"megabytes": 20},
            limits=Limits(file_bytes=5 * MIB),
            directory=tmp_path,
        )
    assert failed.value.code == "CRASHED"
    assert (tmp_path / "large").stat().st_size <= 5 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux filters system calls")
@pytest.mark.parametrize(
    "name",
    [
        "start_process",
        "start_program",
        "become_program",
        "signal_parent",
        "queue_a_signal",
        "limit_parent",
    ],
)
async def test_a_computation_cannot_reach_other_programs_or_processes(
    sandbox: Sandbox, name: str
) -> None:
    await call(sandbox, "add", a=1, b=1)
    helper = sandbox.helper_pid
    with pytest.raises(ComputationFailed) as failed:
        await call(sandbox, name)
    assert "PermissionError" in failed.value.detail
    assert (await call(sandbox, "add", a=1, b=1))["sum"] == 2
    assert sandbox.helper_pid == helper


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux filters system calls")
async def test_a_computation_cannot_reach_the_network(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(ComputationFailed) as failed:
            await call(sandbox, "open_network", port=server.getsockname()[1])
        assert "PermissionError" in failed.value.detail
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_a_computation_may_start_threads(sandbox: Sandbox) -> None:
    assert (await call(sandbox, "start_thread"))["answers"] == [42]


async def test_an_answer_longer_than_the_limit_is_not_taken(sandbox: Sandbox) -> None:
    limits = Limits(result_bytes=MIB)
    assert await failure(sandbox, "talk", limits, megabytes=4) == "CRASHED"
    assert len((await call(sandbox, "talk", megabytes=4))["answer"]) == 4 * MIB


async def test_regular_work_can_be_made_to_yield(sandbox: Sandbox) -> None:
    before = os.nice(0)
    answer = await call(sandbox, "add", Limits(nice=7), a=0, b=0)
    assert answer["nice"] == min(19, before + 7)


async def test_cancelling_the_call_kills_the_computation(sandbox: Sandbox, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    task = asyncio.create_task(call(sandbox, "loop_forever", folder=tmp_path, pid_file="pid"))
    await until(pid_file.exists)
    pid = int(pid_file.read_text())
    assert alive(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not alive(pid))


async def test_other_calls_go_on_when_one_is_killed(sandbox: Sandbox, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    victim = asyncio.create_task(failure(sandbox, "loop_forever", folder=tmp_path, pid_file="pid"))
    await until(pid_file.exists)
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    assert await victim == "OUT_OF_MEMORY"
    assert (await call(sandbox, "add", a=1, b=1))["sum"] == 2


async def test_a_sandbox_whose_helper_was_killed_starts_a_new_one(tmp_path: Path) -> None:
    sandbox = Sandbox(ALLOWED)
    await call(sandbox, "add", a=1, b=1)
    pid_file = tmp_path / "pid"
    running = asyncio.create_task(failure(sandbox, "loop_forever", folder=tmp_path, pid_file="pid"))
    await until(pid_file.exists)
    child = int(pid_file.read_text())
    assert sandbox.helper_pid is not None
    os.kill(sandbox.helper_pid, signal.SIGKILL)
    assert await running == "CRASHED"
    assert (await call(sandbox, "add", a=2, b=2))["sum"] == 4
    sandbox.close()
    if sys.platform == "linux":
        await until(lambda: not alive(child))


async def test_nothing_is_left_when_the_calling_process_is_killed(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import asyncio
        from pathlib import Path
        from jobs.sandbox import Sandbox
        sandbox = Sandbox({ALLOWED!r})
        folder = Path({str(tmp_path)!r})
        payload = {{"pid_file": "pid"}}
        asyncio.run(sandbox.run({HERE + ".loop_forever"!r}, payload, directory=folder))
    """)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    caller = await asyncio.create_subprocess_exec(sys.executable, "-c", program, env=environment)
    await until((tmp_path / "pid").exists)
    child = int((tmp_path / "pid").read_text())
    caller.kill()
    await caller.wait()
    await until(lambda: not alive(child))


async def test_a_hostile_file_is_refused_through_the_sandbox(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "part.stl").write_text("this is not a part")
    with pytest.raises(ModelRejected) as refused:
        await sandbox.run("jobs.models.entry.inspect", {"path": "part.stl"}, directory=tmp_path)
    assert refused.value.code == "NOT_A_MODEL"


async def test_a_model_is_inspected_and_analysed_through_the_sandbox(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    solids.stl(tmp_path / "part.stl", solids.box(20, 20, 20))
    inspected = await sandbox.run(
        "jobs.models.entry.inspect", {"path": "part.stl"}, directory=tmp_path
    )
    analysed = await sandbox.run(
        "jobs.pricing.entry.analyse",
        {"path": "part.stl", "profiles": ["fdm-020", "sla-005"]},
        directory=tmp_path,
    )
    assert inspected["report"]["watertight"]
    assert (tmp_path / "preview.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "view.glb").read_bytes().startswith(b"glTF")
    assert analysed["analyses"]["fdm-020"]["volume_mm3"] == pytest.approx(8000)
    assert set(analysed["analyses"]) == {"fdm-020", "sla-005"}
