"""The price that a person made."""

from dataclasses import replace

import pytest

from jobs.pricing import Agreement, Customer, default_price_book
from jobs.pricing.offer import offer
from jobs.pricing.price import Price
from jobs.pricing.rounding import percent_of

BOOK = default_price_book()


def test_it_is_one_line_that_says_who_and_why_and_the_tax_of_the_book() -> None:
    made = offer(123_45, 7, "Two clampings, one special tool", BOOK)
    first, tax = made.lines
    assert (first.code, first.label) == ("offer", "Price made by a person")
    assert first.explanation == "Two clampings, one special tool"
    assert tax.amount_minor == made.tax_minor == percent_of(123_45, BOOK.tax_percent) > 0
    assert made.net_minor == 123_45
    assert made.total_minor == sum(line.amount_minor for line in made.lines)
    assert made.review == ()
    assert Price.from_dict(made.to_dict()) == made


def test_a_customer_who_pays_no_tax_pays_none_on_it() -> None:
    agreed = replace(BOOK, agreements=(Agreement("acme", "Acme", country="CH"),))
    assert offer(100_00, 1, "By hand", agreed, Customer("acme")).tax_minor == 0
    assert offer(100_00, 1, "By hand", agreed, Customer("other")).tax_minor > 0


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_is_no_price(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        offer(amount, 1, "By hand", BOOK)
