"""A process whose clock is wrong: every module of ours sees another time than the machine's."""

import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

OURS = ("subgraphs.", "shared.", "jobs.", "gateway.", "partline.", "db.", "ui.")


def skew(seconds: float) -> None:
    """Move the clock of this process by `seconds`, in what is loaded now.

    The clocks of the loop and of PostgreSQL stay as they are, as they would on a machine whose
    wall clock is wrong.
    """
    wrong = _skewed(timedelta(seconds=seconds))
    for name, module in list(sys.modules.items()):
        if name.startswith(OURS) and getattr(module, "datetime", None) is datetime:
            module.datetime = wrong  # type: ignore[attr-defined]
    plain, plain_ns = time.time, time.time_ns
    time.time = lambda: plain() + seconds
    time.time_ns = lambda: plain_ns() + round(seconds * 1e9)


def _skewed(by: timedelta) -> type[datetime]:
    class Meta(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Skewed(datetime, metaclass=Meta):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            moment: Any = datetime.now(tz) + by
            return moment  # type: ignore[no-any-return]

    return Skewed
