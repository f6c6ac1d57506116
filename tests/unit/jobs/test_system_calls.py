"""The filter of system calls, run as the kernel runs it, for processors that no test runs on."""

import errno
import struct

import pytest

from jobs.sandbox.seccomp import program
from jobs.sandbox.system_calls import (
    CLONE,
    CLONE3,
    FIRST_UNKNOWN,
    ON_ITSELF_ONLY,
    PROCESSORS,
    REFUSED,
)

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ITSELF, ANOTHER = 4242, 4243
READ, WRITE, OPENAT, MMAP = (0, 63), (1, 64), (257, 56), (9, 222)
ALLOWED, REFUSAL = 0x7FFF0000, 0x00050000
THREAD = 0x10000

on_each = pytest.mark.parametrize("machine", PROCESSORS)


def answer(machine: str, call: int, argument: int = 0, audited_as: int | None = None) -> int:
    """0 when the call is let through, else its error's number."""
    told = {0: call, 4: audited_as or AUDIT[machine], 16: argument}
    lines = [struct.unpack("@HBBI", line) for line in _lines(program(machine, ITSELF))]
    accumulator = at = 0
    while True:
        code, then, other, number = lines[at]
        at += 1
        if code == 0x20:
            accumulator = told[number]
        elif code == 0x06:
            return 0 if number == ALLOWED else number - REFUSAL
        else:
            holds = {
                0x15: accumulator == number,
                0x35: accumulator >= number,
                0x45: bool(accumulator & number),
            }[code]
            at += then if holds else other


def _lines(found: bytes) -> list[bytes]:
    return [found[at : at + 8] for at in range(0, len(found), 8)]


@on_each
def test_what_a_computation_needs_is_let_through(machine: str) -> None:
    column = PROCESSORS.index(machine)
    assert {answer(machine, numbers[column]) for numbers in (READ, WRITE, OPENAT, MMAP)} == {0}


@on_each
@pytest.mark.parametrize("name", REFUSED)
def test_what_no_computation_needs_is_refused(machine: str, name: str) -> None:
    number = REFUSED[name][PROCESSORS.index(machine)]
    assert number is None or answer(machine, number) == errno.EPERM


@on_each
@pytest.mark.parametrize("name", ON_ITSELF_ONLY)
def test_only_its_own_process_can_be_signalled_and_limited(machine: str, name: str) -> None:
    number = ON_ITSELF_ONLY[name][PROCESSORS.index(machine)]
    assert number is not None
    assert answer(machine, number, ITSELF) == 0
    assert answer(machine, number, 0) == 0
    assert answer(machine, number, ANOTHER) == errno.EPERM
    assert answer(machine, number, 0xFFFFFFFF) == errno.EPERM


@on_each
def test_threads_can_be_started_and_processes_cannot(machine: str) -> None:
    column = PROCESSORS.index(machine)
    assert answer(machine, CLONE[column], THREAD | 0x100) == 0
    assert answer(machine, CLONE[column], 0x11) == errno.EPERM
    assert answer(machine, CLONE3[column]) == errno.ENOSYS


@on_each
def test_calls_younger_than_the_table_are_unknown(machine: str) -> None:
    assert answer(machine, FIRST_UNKNOWN - 1) == 0
    assert answer(machine, FIRST_UNKNOWN) == answer(machine, 900) == errno.ENOSYS


def test_another_way_of_numbering_calls_is_no_way_around() -> None:
    assert answer("x86_64", 0x40000000 | READ[0]) == errno.EPERM
    assert answer("x86_64", READ[0], audited_as=0x40000003) == errno.EPERM
