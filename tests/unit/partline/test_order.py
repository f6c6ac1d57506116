"""The order of starting."""

import pytest

from partline.supervisor.order import ProgramOrderError, waves
from partline.supervisor.program import Program
from tests.programs import always


def _program(name: str, *after: str) -> Program:
    return Program(name=name, command=("true",), ready=always, after=after)


def test_a_program_comes_in_a_later_wave_than_all_it_waits_for() -> None:
    programs = [_program("app", "setup"), _program("setup", "db", "bus"), _program("db")]
    programs.append(_program("bus"))
    assert [[program.name for program in wave] for wave in waves(programs)] == [
        ["db", "bus"],
        ["setup"],
        ["app"],
    ]


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(ProgramOrderError, match="a, b"):
        waves([_program("a", "b"), _program("b", "a")])


def test_waiting_for_a_program_that_is_not_there_is_refused() -> None:
    with pytest.raises(ProgramOrderError, match="app"):
        waves([_program("app", "nobody")])
