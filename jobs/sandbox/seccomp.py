"""Linux: take from this process what no computation needs — other programs and processes, the
network, signals to others — for good, and for all of its threads that come.

A filter of the kernel (seccomp, classic BPF) answers those system calls with "not permitted", so
that code which a hostile file has made its own can compute, write where it may, and nothing else.
"""

import ctypes
import os
import platform
import struct
import sys

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _ERRNO, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050000, 1, 38
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_THREAD = 0x00010000
_OLDER_ABI = 0x40000000

# fork, vfork, execve, execveat, socket, connect, bind, listen, accept, accept4, ptrace,
# process_vm_readv, process_vm_writev, pidfd_getfd, pidfd_send_signal, tkill, rt_sigqueueinfo,
# rt_tgsigqueueinfo, io_uring_setup, unshare, setns, mount, bpf, keyctl, add_key, perf_event_open,
# userfaultfd
_X86_64 = (
    57, 58, 59, 322, 41, 42, 49, 50, 43, 288, 101, 310, 311, 438, 424, 200, 129, 297, 425, 272,
    308, 165, 321, 250, 248, 298, 323,
)  # fmt: skip
_AARCH64 = (
    221, 281, 198, 203, 200, 201, 202, 242, 117, 270, 271, 438, 424, 130, 138, 240, 425, 97, 268,
    40, 280, 219, 217, 241, 282,
)  # fmt: skip
_MACHINES = {
    # machine: audit's name of it, refused calls, clone, clone3, and the calls kill and tgkill
    "x86_64": (0xC000003E, _X86_64, 56, 435, (62, 234)),
    "aarch64": (0xC00000B7, _AARCH64, 220, 435, (129, 131)),
}


def confine() -> bool:
    """Whether the filter holds from here on: False on another system, machine or an old kernel."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    program = _program(platform.machine(), os.getpid())
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(call(_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(header), 0, 0) == 0)


def _program(machine: str, process: int) -> bytes:
    """Instructions of eight bytes: what to do, how many to skip if it holds or not, a number."""
    audit, refused, clone, clone3, signals = _MACHINES[machine]
    no = (_RETURN, 0, 0, _ERRNO | _EPERM)
    yes = (_RETURN, 0, 0, _ALLOW)
    lines = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, audit),
        no,
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OLDER_ABI),
        no,
    ]
    for number in refused:
        lines += [(_EQUAL, 0, 1, number), no]
    # The C library asks for clone3 first and takes "unknown" for the reason to use clone.
    lines += [(_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    lines += [(_EQUAL, 0, 4, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 0, 1, _THREAD)]
    lines += [yes, no]
    for number in signals:
        lines += [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_EQUAL, 0, 1, process)]
        lines += [yes, no]
    lines.append(yes)
    return b"".join(struct.pack("@HBBI", *line) for line in lines)
