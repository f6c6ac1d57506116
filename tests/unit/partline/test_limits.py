from dataclasses import replace

import pytest

from gateway.edge.settings import PUBLIC_LIMITS
from partline.wiring.errors import WrongSettingError
from partline.wiring.limits import limits_of


def test_what_is_not_given_stays_as_it_is() -> None:
    assert limits_of({}) == PUBLIC_LIMITS
    assert limits_of({"depth": 12}) == replace(PUBLIC_LIMITS, depth=12)
    assert limits_of({"cost": None}).cost is None


@pytest.mark.parametrize("wrong", [{"depth": 0}, {"deepness": 3}, {"depth": True}, {"depth": None}])
def test_a_limit_that_there_is_not_or_cannot_be_is_refused(
    wrong: dict[str, int | bool | None],
) -> None:
    with pytest.raises(WrongSettingError, match="depth"):
        limits_of(wrong)
