"""Identifiers and money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import new_id, order_reference, reference_tail
from shared.money import Money


def test_ids_are_version_7_of_the_rfc_variant_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(2_000)]
    assert {i.version for i in ids} == {7}
    assert {i.variant for i in ids} == {"specified in RFC 4122"}
    assert len(set(ids)) == len(ids)
    milliseconds = [i.int >> 80 for i in ids]
    assert milliseconds == sorted(milliseconds)


def test_references_are_short_readable_and_differ() -> None:
    references = {order_reference(new_id()) for _ in range(2_000)}
    assert len(references) == 2_000
    assert all(len(r) == 11 and r.startswith("PL-") for r in references)
    assert not any(set(r[3:]) & set("01OI") for r in references)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_the_text_of_money_keeps_every_cent(amount: int) -> None:
    text = Money(amount, "EUR").text
    digits = int("".join(c for c in text if c.isdigit()))
    assert (-digits if text.startswith("-") else digits) == amount


def test_a_reference_leads_back_to_the_end_of_its_id() -> None:
    order = new_id()
    assert order.hex.endswith(reference_tail(order_reference(order)))
    assert reference_tail("pl-22222222") == "0000000000"


@pytest.mark.parametrize("text", ["PL-1", "PL-0OIL1111", "", "PL-222222222"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no order number"):
        reference_tail(text)
