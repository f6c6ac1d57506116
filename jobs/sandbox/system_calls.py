"""System calls of Linux that no computation needs, by their numbers on each processor."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Numbers = tuple[int | None, int | None]
PROCESSORS: Final = ("x86_64", "aarch64")
"""Whose numbers stand first and second; None where a processor has no such call."""

REFUSED: Mapping[str, Numbers] = MappingProxyType(
    {
        # other processes and programs
        "fork": (57, None),
        "vfork": (58, None),
        "execve": (59, 221),
        "execveat": (322, 281),
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "process_madvise": (440, 440),
        "pidfd_open": (434, 434),
        "pidfd_getfd": (438, 438),
        "pidfd_send_signal": (424, 424),
        "tkill": (200, 130),
        "rt_sigqueueinfo": (129, 138),
        "rt_tgsigqueueinfo": (297, 240),
        "kcmp": (312, 272),
        "migrate_pages": (256, 238),
        "move_pages": (279, 239),
        "setpriority": (141, 140),
        "ioprio_set": (251, 30),
        # the network
        "socket": (41, 198),
        "connect": (42, 203),
        "bind": (49, 200),
        "listen": (50, 201),
        "accept": (43, 202),
        "accept4": (288, 242),
        # memory and queues that the processes of a user share
        "shmget": (29, 194),
        "shmat": (30, 196),
        "shmctl": (31, 195),
        "semget": (64, 190),
        "semop": (65, 193),
        "semtimedop": (220, 192),
        "semctl": (66, 191),
        "msgget": (68, 186),
        "msgsnd": (69, 189),
        "msgrcv": (70, 188),
        "msgctl": (71, 187),
        "mq_open": (240, 180),
        "mq_unlink": (241, 181),
        # rights and dates of files, which Landlock does not govern
        "chmod": (90, None),
        "fchmod": (91, 52),
        "fchmodat": (268, 53),
        "chown": (92, None),
        "lchown": (94, None),
        "fchown": (93, 55),
        "fchownat": (260, 54),
        "utime": (132, None),
        "utimes": (235, None),
        "futimesat": (261, None),
        "utimensat": (280, 88),
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
        "truncate": (76, 45),
        "name_to_handle_at": (303, 264),
        "open_by_handle_at": (304, 265),
        # the kernel itself
        "io_uring_setup": (425, 425),
        "unshare": (272, 97),
        "setns": (308, 268),
        "mount": (165, 40),
        "bpf": (321, 280),
        "keyctl": (250, 219),
        "add_key": (248, 217),
        "request_key": (249, 218),
        "perf_event_open": (298, 241),
        "userfaultfd": (323, 282),
    }
)

ON_ITSELF_ONLY: Mapping[str, Numbers] = MappingProxyType(
    {
        "kill": (62, 129),
        "tgkill": (234, 131),
        "prlimit64": (302, 261),
        "sched_setaffinity": (203, 122),
        "sched_setparam": (142, 118),
        "sched_setscheduler": (144, 119),
        "sched_setattr": (314, 274),
    }
)
"""Those whose first argument names a process: its own number, or 0 where that means itself."""

CLONE: Final = (56, 220)
CLONE3: Final = (435, 435)
FIRST_UNKNOWN = 452
"""From here on (Linux 6.6) calls are younger than this table: "unknown" is the answer that
libraries are ready for."""
