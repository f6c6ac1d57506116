"""What one computation may take."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """`wall_s` counts from the start of the computation, `start_s` from the call to it (waiting
    for the sandbox to be warm). `memory_bytes` is on top of what the idle process maps (Linux;
    macOS does not enforce it). `file_bytes` caps each file that is written."""

    wall_s: float = 60.0
    cpu_s: int = 60
    memory_bytes: int = 3 * 1024 * MIB
    file_bytes: int = 256 * MIB
    result_bytes: int = 8 * MIB
    nice: int = 0
    start_s: float = 60.0


DEFAULT_LIMITS = Limits()
