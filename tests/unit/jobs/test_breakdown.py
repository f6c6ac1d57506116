"""What holds for every price of every book: it adds up, and says what it says of all parts."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.pricing import (
    Agreement,
    Analysis,
    Customer,
    Price,
    PriceBook,
    TaxRate,
    price,
    profile,
    rough_analysis,
)
from jobs.pricing.agreement import OwnLeadTime, OwnRate
from jobs.pricing.book_rules import faults_of
from jobs.pricing.rounding import percent_of, share, whole
from tests.unit.jobs.books import BOOK, PARTNER, books, parts

OFFERS = [
    (m.code, finish) for m in BOOK.materials if m.technology != "cnc" for finish in m.finishes
]
US = Customer(PARTNER)


def part(**change: object) -> Analysis:
    found = rough_analysis(profile("fdm-020"), (40, 30, 20), 9600)
    return Analysis(**{**found.__dict__, "rough": False, **change})


def line(quoted: Price, code: str) -> str:
    return next(one.explanation for one in quoted.lines if one.code == code)


def amount(quoted: Price, code: str) -> int:
    return sum(one.amount_minor for one in quoted.lines if one.code == code)


@settings(max_examples=100, deadline=None)
@given(
    data=st.data(),
    book=books(),
    offer=st.sampled_from(OFFERS),
    quantity=st.integers(1, 10_000),
    lead_time=st.sampled_from(["standard", "express"]),
    customer=st.sampled_from([None, US]),
)
def test_the_breakdown_adds_up_to_the_last_cent(
    data: st.DataObject,
    book: PriceBook,
    offer: tuple[str, str],
    quantity: int,
    lead_time: str,
    customer: Customer | None,
) -> None:
    assert faults_of(book) == ()
    analysis = data.draw(parts(offer[0]))
    quoted = price(analysis, *offer, quantity, book, lead_time=lead_time, customer=customer)
    assert sum(one.amount_minor for one in quoted.lines) == quoted.total_minor
    assert quoted.net_minor + quoted.tax_minor == quoted.total_minor
    assert quoted.net_minor >= book.floor_minor
    assert quoted.low_minor <= quoted.total_minor <= quoted.high_minor
    assert amount(quoted, "tax") == percent_of(quoted.net_minor, book.tax_for(customer).percent)
    assert abs(quoted.unit_minor * quantity - quoted.total_minor) <= quantity / 2
    for one in quoted.lines:
        assert isinstance(one.amount_minor, int)
        assert one.label
        assert one.explanation
    assert Price.from_dict(json.loads(json.dumps(quoted.to_dict()))) == quoted


@settings(max_examples=25, deadline=None)
@given(book=books(), analysis=parts(), many=st.integers(2, 200))
def test_a_line_is_rounded_once_for_all_its_parts(
    book: PriceBook, analysis: Analysis, many: int
) -> None:
    material = book.materials[0]
    grams = Decimal(repr(analysis.material_mm3)) * many * Decimal(repr(material.density_g_cm3))
    grams *= (1 + Decimal(repr(material.waste))) / 1000
    due = grams / 1000 * Decimal(repr(material.price_per_kg_minor))
    charged = amount(price(analysis, "PLA", "raw", many, book), "material")
    assert abs(charged - due) <= Decimal("0.5")


def test_a_half_is_rounded_away_from_zero_and_a_percentage_is_what_it_reads_as() -> None:
    assert [whole(Decimal(text)) for text in ("0.5", "1.5", "2.5", "-2.5")] == [1, 2, 3, -3]
    # As floats these are 1.005 * 100 = 100.49999999999999 and 0.145 * 100 = 14.499999999999998.
    assert percent_of(10_000, 1.005) == 101
    assert percent_of(100, 14.5) == 15
    assert share(1001, 2) == 501


def test_the_words_speak_of_as_many_parts_as_the_amount_is_for() -> None:
    analysis = part(support_contact_mm2=400.0, bodies=3)
    one = price(analysis, "PLA", "sanded", 1, BOOK)
    ten = price(analysis, "PLA", "sanded", 10, BOOK)
    for code in ("material", "machine", "support", "labour", "finish"):
        assert "10 parts" not in line(one, code)
        assert line(one, code) != line(ten, code)
        assert "10 parts" in line(ten, code), code
        assert amount(ten, code) > 9 * amount(one, code)
    grams = [float(re.search(r"([\d.,]+) g", line(q, "material"))[1]) for q in (one, ten)]  # type: ignore[index]
    assert grams[1] == pytest.approx(10 * grams[0], rel=0.02)
    assert "2 more loose pieces in each" in line(ten, "labour")
    assert "for 10 parts" in line(ten, "packaging")


def test_a_quantity_discount_names_the_break_and_not_the_quantity() -> None:
    words = line(price(part(), "PLA", "raw", 12, BOOK), "quantity_break")
    assert words.startswith("10 % off")
    assert "from 10 parts on" in words


def test_every_loose_piece_beyond_the_first_is_handled() -> None:
    whole_part, loose = (
        amount(price(part(bodies=n), "PLA", "raw", 2, BOOK), "labour") for n in (1, 5)
    )
    material = BOOK.materials[0]
    assert whole_part == 2 * material.labour_per_part_minor
    assert loose - whole_part == 2 * 4 * material.labour_per_body_minor


def test_what_another_line_of_the_order_pays_is_not_paid_twice() -> None:
    materials = tuple(replace(m, setup_minor=500) for m in BOOK.materials)
    book = replace(BOOK, materials=materials, floor_minor=0)
    both = price(part(), "PLA", "raw", 3, book)
    paid = frozenset({"programming", "material_setup"})
    second = price(part(), "PLA", "raw", 3, book, paid=paid)
    assert both.net_minor - second.net_minor == 500 + BOOK.materials[0].programming_minor
    assert not paid & {one.code for one in second.lines}


@pytest.mark.parametrize(
    ("minor", "reads"),
    [(0.0012, "0.000012"), (0.12, "0.0012"), (5, "0.05"), (150.5, "1.505"), (650000, "6,500.00")],
)
def test_a_rate_is_said_to_its_last_digit(minor: float, reads: str) -> None:
    book = replace(BOOK, packaging_per_litre_minor=minor, packaging_minor=100)
    assert f" {reads} EUR for each litre" in line(price(part(), "PLA", "raw", 3, book), "packaging")


def test_an_agreement_holds_to_the_end_of_its_last_day_and_no_longer() -> None:
    last = date(2027, 12, 31)
    agreement = Agreement(PARTNER, "Bracket & Sons", percent=10, country="CH", valid_until=last)
    book = replace(BOOK, agreements=(agreement,), taxes=(TaxRate("CH", 0.0, note="export"),))
    for day, holds in ((last, True), (last + timedelta(days=1), False), (None, True)):
        found = price(part(), "PLA", "raw", 9, book, customer=Customer(PARTNER, day=day))
        assert ("agreement" in {one.code for one in found.lines}) == holds
        assert (found.tax_minor == 0) == holds


def test_a_partner_pays_what_was_agreed_and_reads_that_it_was() -> None:
    agreement = Agreement(
        PARTNER,
        "Bracket & Sons",
        percent=12.5,
        material_rates=(OwnRate("PLA", 5000.0),),
        machine_rates=(OwnRate("fdm-250", 200.0),),
        lead_times=(OwnLeadTime("standard", 4, 1.0),),
    )
    book = replace(BOOK, agreements=(agreement,), floor_minor=0)
    listed = price(part(), "PLA", "raw", 20, book)
    other = price(part(), "PLA", "raw", 20, book, customer=Customer("somebody else"))
    ours = price(part(), "PLA", "raw", 20, book, customer=US)
    assert other.lines == listed.lines
    assert "agreement" not in {one.code for one in listed.lines}
    assert "Bracket" not in str(listed)
    assert ours.net_minor < listed.net_minor
    assert line(ours, "agreement").startswith("12.5 % off")
    assert "as agreed with Bracket & Sons" in line(ours, "agreement")
    assert "50.00 EUR for each kg, your agreed rate" in line(ours, "material")
    assert "2.00 EUR for each hour, your agreed rate" in line(ours, "machine")
    assert line(ours, "lead_time") == "Sent within 4 working days, your agreed lead time"
    before = sum(
        one.amount_minor
        for one in ours.lines
        if one.code not in {"agreement", "packaging", "floor", "tax"}
    )
    assert amount(ours, "agreement") == -percent_of(before, 12.5)


def test_an_agreement_does_not_go_below_the_smallest_price() -> None:
    book = replace(BOOK, agreements=(Agreement(PARTNER, "B", percent=100.0),))
    quoted = price(part(), "PLA", "raw", 1, book, customer=US)
    assert quoted.net_minor == BOOK.floor_minor


def test_tax_follows_the_customers_country_and_kind() -> None:
    taxes = (
        TaxRate("DE", 19.0, "private"),
        TaxRate("DE", 0.0, "business", "reverse charge"),
        TaxRate("CH", 0.0, note="export"),
    )
    book = replace(BOOK, taxes=taxes)

    def tax(country: str, *, business: bool) -> str:
        customer = Customer("x", country, business)
        return line(price(part(), "PLA", "raw", 1, book, customer=customer), "tax")

    assert tax("DE", business=False).startswith("19 % value added tax")
    assert tax("DE", business=True).endswith("reverse charge")
    assert tax("CH", business=False).endswith("export")
    assert tax("FR", business=True).startswith("21 % value added tax")
    assert line(price(part(), "PLA", "raw", 1, book), "tax").startswith("21 %")


def test_a_lead_time_is_a_factor_on_what_is_made_and_says_how_much() -> None:
    quoted = price(part(), "PLA", "raw", 50, BOOK, lead_time="express")
    before = sum(
        one.amount_minor
        for one in quoted.lines
        if one.code not in {"lead_time", "packaging", "floor", "tax"}
    )
    assert amount(quoted, "lead_time") == percent_of(before, 40)
    assert "within 2 working days: 40 % more on" in line(quoted, "lead_time")
