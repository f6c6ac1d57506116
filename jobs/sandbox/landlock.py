"""Linux: leave this process the files that its computation needs, and no others, for good.

A Landlock ruleset (Linux 5.13) holds for the process and all of its threads that come. It needs no
rights, and cannot be taken off again. Looking at names and sizes stays possible: no system call
for that is among those which it governs.
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from enum import IntFlag
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVILEGES = 38
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long


class Access(IntFlag):
    """What may be done to files, by the names and bits of linux/landlock.h."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_IN_THE_FIRST = Access((1 << 13) - 1)
_SINCE = {2: Access.REFER, 3: Access.TRUNCATE, 5: Access.IOCTL_DEV}
_READ = Access.READ_FILE | Access.READ_DIR
_WRITE = Access.WRITE_FILE | Access.TRUNCATE
# No links, pipes, sockets and devices: whoever reads what was left would follow or wait for them.
_KEEP_FILES = _READ | _WRITE | Access.MAKE_REG | Access.MAKE_DIR
_KEEP_FILES |= Access.REMOVE_FILE | Access.REMOVE_DIR
_OF_FILES = Access.EXECUTE | Access.READ_FILE | _WRITE | Access.IOCTL_DEV


def version() -> int:
    """Which Landlock this kernel has; 0 where it has none, or does not let this process use it."""
    if sys.platform != "linux":
        return 0
    return max(0, _syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Whether from here on only what is `readable` can be read, and only what is `writable` be
    changed and read; folders with all that is in them. What cannot be opened is left out. False
    where the kernel has no Landlock: nothing has changed then."""
    found = version()
    if found < 1:
        return False
    handled = _IN_THE_FIRST
    for since, access in _SINCE.items():
        handled |= access if found >= since else Access(0)
    attributes = struct.pack("@Q", handled)
    ruleset = _syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        for path in writable:
            _allow(ruleset, path, _KEEP_FILES & handled)
        _LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return _syscall(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, access: Access) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # Whoever needs it will be told why by opening it.
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _OF_FILES
        rule = struct.pack("=Qi", access, place)
        if _syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused a rule", str(path))
    finally:
        os.close(place)


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    # Without a type ctypes would pass 32 of the 64 bits of a whole number.
    typed = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    found: int = _LIBC.syscall(ctypes.c_long(number), *typed)
    return found
