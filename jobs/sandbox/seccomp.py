"""Linux: take from this process what no computation needs — other programs and processes, the
network, signals to others, rights of files — for good, and for all of its threads that come.

A filter of the kernel (seccomp, classic BPF) answers those system calls with "not permitted", so
that code which a hostile file has made its own can compute, write where it may, and nothing else.
"""

import ctypes
import os
import platform
import struct
import sys

from jobs.sandbox.system_calls import (
    CLONE,
    CLONE3,
    FIRST_UNKNOWN,
    ON_ITSELF_ONLY,
    PROCESSORS,
    REFUSED,
)

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _ERRNO, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050000, 1, 38
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_THREAD = 0x00010000
_OLDER_ABI = 0x40000000

_AUDITED_AS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def confine() -> bool:
    """Whether the filter holds from here on: False on another system, machine or an old kernel."""
    if sys.platform != "linux" or platform.machine() not in PROCESSORS:
        return False
    lines = program(platform.machine(), os.getpid())
    buffer = ctypes.create_string_buffer(lines, len(lines))
    header = struct.pack("@HP", len(lines) // 8, ctypes.addressof(buffer))
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(call(_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(header), 0, 0) == 0)


def program(machine: str, process: int) -> bytes:
    """The filter of a process on a processor of PROCESSORS, in instructions of eight bytes: what
    to do, how many to skip if it holds or not, a number."""
    column = PROCESSORS.index(machine)
    no = (_RETURN, 0, 0, _ERRNO | _EPERM)
    unknown = (_RETURN, 0, 0, _ERRNO | _ENOSYS)
    yes = (_RETURN, 0, 0, _ALLOW)
    lines = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, _AUDITED_AS[machine]),
        no,
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OLDER_ABI),
        no,
        (_AT_LEAST, 0, 1, FIRST_UNKNOWN),
        unknown,
    ]
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            lines += [(_EQUAL, 0, 1, number), no]
    # The C library asks for clone3 first and takes "unknown" for the reason to use clone.
    lines += [(_EQUAL, 0, 1, CLONE3[column]), unknown]
    lines += [(_EQUAL, 0, 4, CLONE[column]), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    lines += [(_ANY_BIT, 0, 1, _THREAD), yes, no]
    for numbers in ON_ITSELF_ONLY.values():
        # 0 is itself; to `kill` it is the process group, to which nobody else belongs.
        if (number := numbers[column]) is not None:
            lines += [(_EQUAL, 0, 5, number), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
            lines += [(_EQUAL, 1, 0, process), (_EQUAL, 0, 1, 0), yes, no]
    lines.append(yes)
    return b"".join(struct.pack("@HBBI", *line) for line in lines)
