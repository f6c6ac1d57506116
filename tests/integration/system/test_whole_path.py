"""A part's whole way, driven from the outside, by the demo and by hand."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from jobs.models.samples import write_sample
from tests.system import System, partline, temporary_home


def assert_closed(result: subprocess.CompletedProcess[str]) -> None:
    output = f"{result.stdout}\n{result.stderr}"
    assert result.returncode == 0, output
    assert "closed" in output.lower(), output


def test_the_demo_takes_a_part_to_closed_twice_in_a_row(system: System, tmp_path: Path) -> None:
    for name in ("bracket", "ring"):
        part = tmp_path / f"{name}.stl"
        write_sample(name, part)
        assert_closed(system.command("demo", str(part)))


def test_the_demos_brackets_are_approved_by_a_person(system: System) -> None:
    result = system.command("demo")
    assert_closed(result)
    assert "approved the order" in result.stdout


def test_after_a_restart_the_data_is_there_and_the_demo_works_again(tmp_path: Path) -> None:
    part = tmp_path / "gear.stl"
    write_sample("gear", part)
    with temporary_home() as home:
        with partline(home) as first:
            assert_closed(first.command("demo", str(part)))
            orders = first.signed_in("manager").data("{ orders { nodes { id state } } }")
        with partline(home) as second:
            again = second.signed_in("manager").data("{ orders { nodes { id state } } }")
            assert again == orders
            assert_closed(second.command("demo", str(part)))


@pytest.mark.parametrize("victim", ["shop", "mes", "operator"])
def test_the_demo_ends_the_same_when_a_service_is_killed_in_the_middle(
    separate: System, victim: str, tmp_path: Path
) -> None:
    part = tmp_path / "bracket.stl"
    write_sample("bracket", part)
    before = separate.processes()[victim]

    def kill_once_orders_move() -> None:
        manager = separate.signed_in("manager")
        known = {o["id"] for o in manager.data("{ orders { nodes { id } } }")["orders"]["nodes"]}
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            now = manager.data("{ orders { nodes { id } } }")["orders"]["nodes"]
            if {o["id"] for o in now} - known:
                break
            time.sleep(0.05)
        os.kill(before, signal.SIGKILL)

    killer = threading.Thread(target=kill_once_orders_move)
    killer.start()
    result = separate.command("demo", str(part))
    killer.join()
    assert_closed(result)
    assert separate.processes()[victim] != before
