"""What people type into the board's search."""

import pytest

from shared.errors import Invalid
from subgraphs.operator.board.service import Asked


@pytest.mark.parametrize("typed", ["PL-7KQ2", "pl-7kq2", " 7kq2 ", "7KQ2"])
def test_a_reference_is_found_however_it_is_typed(typed: str) -> None:
    assert Asked(search=typed).prefix == "PL-7KQ2"


@pytest.mark.parametrize("typed", ["PL-", "7K", "%%%%", "PL-%_%_"])
def test_too_little_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid, match="at least 4 letters"):
        _ = Asked(search=typed).prefix


@pytest.mark.parametrize("typed", [None, "", "  "])
def test_nothing_typed_is_no_search(typed: str | None) -> None:
    assert Asked(search=typed).prefix is None
