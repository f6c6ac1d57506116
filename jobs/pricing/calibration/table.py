"""Putting new numbers into a profile's file."""

import re
from dataclasses import asdict

from jobs.pricing.profiles import FdmProfile


def updated(text: str, profile: FdmProfile, *, remark: str) -> str:
    """The TOML text with the tables `[calibration]` and `[errors]` of the profile; all else, with
    its comments, stays. `remark` becomes the comment of the coefficients.

    Raises ValueError when the text lacks one of the two tables.
    """
    calibration = [f"# {line}" for line in remark.splitlines()]
    calibration += [f"{name} = {value:.4g}" for name, value in asdict(profile.calibration).items()]
    # Rounded up: an interval is never made narrower by writing it down.
    errors = [
        f"{name} = {-(-value // 0.001) * 0.001:.3f}"
        for name, value in asdict(profile.errors).items()
    ]
    return _replaced(_replaced(text, "calibration", calibration), "errors", errors)


def _replaced(text: str, table: str, lines: list[str]) -> str:
    found = re.search(rf"^\[{table}\]\n(?:(?!\[|\n\[).*\n?)*", text, flags=re.MULTILINE)
    if found is None:
        raise ValueError(f"the profile has no table [{table}]")
    return (
        text[: found.start()] + f"[{table}]\n" + "\n".join(lines) + "\n" + _gap(text[found.end() :])
    )


def _gap(rest: str) -> str:
    return "\n" + rest.lstrip("\n") if rest.strip() else ""
