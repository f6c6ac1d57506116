"""The settings of a process: its environment, and below it those of the last `partline up`."""

import os

from pydantic import ValidationError
from pydantic_settings import SettingsError

from partline.home import Home, home_folder
from partline.wiring.errors import WrongSettingError
from shared.settings import Settings


def load_settings() -> Settings:
    """What the environment says; what it leaves out, the state folder's last run says.

    Raises WrongSettingError.
    """
    for name, value in Home(home_folder()).environment().items():
        os.environ.setdefault(name, value)
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(_problem(str(e["loc"][0]), e["msg"]) for e in error.errors())
        raise WrongSettingError(wrong) from error
    except SettingsError as error:
        raise WrongSettingError(str(error)) from error


def _problem(field: str, message: str) -> str:
    return f"PARTLINE_{field.upper()}: {message}"
