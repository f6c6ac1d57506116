"""What the kernel keeps a computation from, beside its limits."""

from collections.abc import Iterator
from dataclasses import dataclass

_CALLS, _FILES = 1, 2


@dataclass(frozen=True)
class Protection:
    """`calls`: other programs, processes and the network are out of reach (seccomp). `files`: so
    are all files but its own (Landlock)."""

    calls: bool
    files: bool

    def to_byte(self) -> bytes:
        """Read again by `from_byte`."""
        return bytes([_CALLS * self.calls | _FILES * self.files])

    @staticmethod
    def from_byte(byte: bytes) -> "Protection":
        return Protection(bool(byte[0] & _CALLS), bool(byte[0] & _FILES))

    def missing(self) -> Iterator[str]:
        """A sentence for whoever runs this, for each that does not hold."""
        if not self.calls:
            yield (
                "This system does not filter system calls (seccomp, on Linux with x86-64 or "
                "ARM64): a file that takes over a reader could start programs and open "
                "connections as this user. Run workers as a user who may do little else."
            )
        if not self.files:
            yield (
                "This system does not keep a computation from other files (Landlock, Linux 5.13 "
                "or newer with landlock among its security modules): a file that takes over a "
                "reader could read and change what this user can. Run workers as a user who owns "
                "no secrets."
            )
