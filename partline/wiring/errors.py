"""What is wrong with how a process was set up."""


class MissingSettingError(Exception):
    """A process lacks a setting without which it cannot run."""

    code = "SETTING_MISSING"

    def __init__(self, variable: str, meaning: str) -> None:
        super().__init__(
            f"{variable} is not set: it gives {meaning}. Set it in the environment, or start "
            "everything with `partline up`, which sets it itself."
        )
