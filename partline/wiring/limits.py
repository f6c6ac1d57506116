"""What an operation may ask at most, from the settings."""

from collections.abc import Mapping
from dataclasses import fields

from gateway.federation import Limits
from partline.wiring.errors import WrongSettingError


def limits_of(given: Mapping[str, int]) -> Limits:
    """The defaults with what is given in their place. Raises WrongSettingError."""
    known = {field.name for field in fields(Limits)}
    wrong = sorted(name for name, most in given.items() if name not in known or most < 1)
    if wrong:
        raise WrongSettingError(
            f"PARTLINE_GRAPHQL_LIMITS: {', '.join(wrong)}: give numbers from 1 for some of "
            f"{', '.join(sorted(known))}"
        )
    return Limits(**given)
