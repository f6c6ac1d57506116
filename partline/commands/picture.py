"""The picture of an estimate, as a file in the current folder."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from partline.commands.failure import fail

if TYPE_CHECKING:
    from jobs.pricing.estimate import Estimate

_MOST_NAMES = 10_000


def draw(estimate: "Estimate") -> str | None:
    """Write where the time of the estimate goes, if it was asked for; the name of the new file.

    What is there already is never overwritten: the next name is taken.
    """
    if estimate.by_height is None:
        return None
    from jobs.pricing.explain_svg import drawn  # noqa: PLC0415 — costs its own imports

    name = Path(estimate.file).name
    text = os.fsencode(name).decode(errors="replace")
    picture = drawn(estimate.by_height, text)
    for number in range(1, _MOST_NAMES):
        target = f"{name}.svg" if number == 1 else f"{name}-{number}.svg"
        try:
            with open(target, "x", encoding="utf-8") as file:
                file.write(picture)
        except FileExistsError:
            continue
        except OSError as error:
            fail(
                f"{target} cannot be written: {error.strerror}. Go to a folder where you may write."
            )
        return target
    fail(f"There are too many pictures of {name} here already.")
