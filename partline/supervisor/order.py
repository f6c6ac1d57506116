"""The order in which programs start, and its reverse in which they stop."""

from collections.abc import Iterable, Mapping, Sequence

from partline.supervisor.program import Program


class ProgramOrderError(ValueError):
    """Programs wait for each other in a circle, or for one that is not there."""


def waves(programs: Iterable[Program]) -> Sequence[Sequence[Program]]:
    """Programs in groups: each waits only for programs of earlier groups.

    Raises `ProgramOrderError` when there is no such order.
    """
    waiting = list(programs)
    placed: dict[str, int] = {}
    groups: list[list[Program]] = []
    while waiting:
        group = [program for program in waiting if _met(program, placed)]
        if not group:
            names = ", ".join(sorted(program.name for program in waiting))
            raise ProgramOrderError(f"These programs can never start: {names}")
        placed |= {program.name: len(groups) for program in group}
        waiting = [program for program in waiting if program.name not in placed]
        groups.append(group)
    return groups


def _met(program: Program, placed: Mapping[str, int]) -> bool:
    return all(name in placed for name in program.after)
