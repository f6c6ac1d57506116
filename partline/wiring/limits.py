"""What an operation may ask at most, from the settings."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from gateway.edge.settings import PUBLIC_LIMITS
from gateway.federation import Limits
from partline.wiring.errors import WrongSettingError

_DEFAULTS = {field.name: field.default for field in fields(Limits)}


def limits_of(given: Mapping[str, int | bool | None]) -> Limits:
    """The public door's defaults with what is given in their place. Raises WrongSettingError."""
    wrong = sorted(name for name, value in given.items() if not _fits(name, value))
    if wrong:
        raise WrongSettingError(
            f"PARTLINE_GRAPHQL_LIMITS: {', '.join(wrong)}: give numbers from 1, or true and false, "
            f"for some of {', '.join(sorted(_DEFAULTS))}"
        )
    checked: dict[str, Any] = dict(given)
    return replace(PUBLIC_LIMITS, **checked)


def _fits(name: str, value: int | bool | None) -> bool:
    if name not in _DEFAULTS:
        return False
    default = _DEFAULTS[name]
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    return default is None if value is None else value >= 1
