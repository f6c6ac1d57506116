"""What is wrong with how a process was set up."""


class SettingError(Exception):
    """A setting is missing or wrong; the text is for the person who starts the process."""


class WrongSettingError(SettingError):
    """A setting cannot be read."""

    code = "SETTING_WRONG"

    def __init__(self, problems: str) -> None:
        super().__init__(f"{problems}. docs/operations.md explains every setting.")


class MissingSettingError(SettingError):
    """A process lacks a setting without which it cannot run."""

    code = "SETTING_MISSING"

    def __init__(self, variable: str, meaning: str) -> None:
        super().__init__(
            f"{variable} is not set: it gives {meaning}. Set it in the environment, or start "
            "everything with `partline up`, which sets it itself."
        )


class UnsafeDatabaseError(SettingError):
    """A PostgreSQL may forget what it confirmed; the text begins with `code`."""

    code = "DATABASE_UNSAFE"
