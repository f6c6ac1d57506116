"""The settings of a process: its environment, and below it those of the last `partline up`."""

import os

from partline.home import Home, home_folder
from shared.settings import Settings


def load_settings() -> Settings:
    """What the environment says; what it leaves out, the state folder's last run says."""
    for name, value in Home(home_folder()).environment().items():
        os.environ.setdefault(name, value)
    return Settings()
