"""The price book as texts, as differences in words, and edited one entry at a time."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from jobs.pricing import PriceBook, QuantityBreak, default_price_book
from shared.errors import Invalid, NotFound
from subgraphs.mes.drafts.editing import Edit, checked, with_entry, without_entry
from subgraphs.mes.pricebook.changes import carried_over, changes
from subgraphs.mes.pricebook.sheet import SECTIONS
from subgraphs.mes.pricebook.texts import text_of, value_of
from tests.unit.jobs.books import PARTNER, books
from tests.unit.jobs.broken_books import BROKEN

BOOK = default_price_book()


def edit(book: PriceBook, section: str, entry: str | None, /, **texts: str) -> PriceBook:
    return with_entry(book, Edit(section, entry, texts))


def sentences(before: PriceBook, after: PriceBook) -> list[str]:
    return [change.sentence for change in changes(before, after)]


@settings(max_examples=25, deadline=None)
@given(book=books())
def test_every_value_is_what_its_text_says_when_it_is_typed_again(book: PriceBook) -> None:
    content = book.to_dict()
    for section in SECTIONS.values():
        for entry in section.entries(content):
            for field in section.fields:
                text = text_of(field, entry[field.name])
                assert value_of(field, text) == entry[field.name], (section.code, field.name)


def test_every_field_of_the_book_is_on_the_sheet() -> None:
    content = edit(BOOK, "agreements", None, account=PARTNER, name="B", percent="1", business="yes")
    for name, value in content.to_dict().items():
        if name == "version":
            continue
        if name not in SECTIONS:
            assert name in {field.name for field in SECTIONS["general"].fields}
        else:
            assert set(value[0]) == {field.name for field in SECTIONS[name].fields}


@settings(max_examples=25, deadline=None)
@given(mine=books())
def test_all_that_is_different_can_be_carried_over(mine: PriceBook) -> None:
    assert checked(carried_over(BOOK, mine, BOOK)) == mine
    assert changes(mine, mine) == []


def test_the_changes_of_two_people_come_together_and_the_later_counts() -> None:
    mine = edit(BOOK, "materials", "PLA", price_per_kg_minor="70", waste="6")
    theirs = edit(BOOK, "materials", "PLA", price_per_kg_minor="80", density_g_cm3="1.3")
    theirs = edit(theirs, "machines", "fdm-250", setup_minor="4")
    pla = checked(carried_over(BOOK, mine, theirs)).material("PLA")
    assert pla is not None
    assert (pla.price_per_kg_minor, pla.waste, pla.density_g_cm3) == (7000.0, 0.06, 1.3)
    together = checked(carried_over(BOOK, mine, theirs))
    assert together.machines[0].setup_minor == 400


def test_what_one_took_out_and_another_needs_is_told_when_they_come_together() -> None:
    alone = edit(BOOK, "materials", "PA12", machines="sls-300")
    mine = without_entry(without_entry(alone, "materials", "PA12"), "machines", "sls-300")
    theirs = edit(
        BOOK, "materials", None, code="PA11", name="Nylon 11", description="Green.",
        color="#00aa00", technology="sls", profile="sls-012", machines="sls-300", finishes="raw",
        density_g_cm3="1.03", price_per_kg_minor="99", waste="0", min_wall_mm="0.8",
        setup_minor="0", programming_minor="2", labour_per_part_minor="1",
        labour_per_body_minor="0", support_removal_per_cm2_minor="0",
    )  # fmt: skip
    with pytest.raises(Invalid, match="PA11: there is no machine “sls-300”"):
        checked(carried_over(BOOK, mine, theirs))


def test_differences_are_said_in_words() -> None:
    after = edit(BOOK, "lead_times", "express", days="1", factor="1.5")
    after = without_entry(after, "quantity_breaks", "100")
    after = edit(after, "quantity_breaks", None, quantity="50", percent="18")
    assert sentences(BOOK, after) == [
        "From 100 parts: this quantity break is taken out.",
        "From 50 parts: new quantity break.",
        "Express: working days 2 → 1 (-50.0 %).",
        "Express: factor 1.4 → 1.5 × (+7.1 %).",
    ]
    assert after.quantity_breaks[-1] == QuantityBreak(50, 18.0)


def test_amounts_are_typed_in_the_currency_and_may_have_a_comma() -> None:
    after = edit(BOOK, "general", "general", floor_minor="12,50", packaging_per_litre_minor="0.005")
    assert (after.floor_minor, after.packaging_per_litre_minor) == (1250, 0.5)
    box = edit(BOOK, "machines", "fdm-250", build_volume_mm="256 × 256x250.5").machines[0]
    assert box.build_volume_mm == (256.0, 256.0, 250.5)


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"setup_minor": "1e400"}, "enter a number"),
        ({"setup_minor": "NaN"}, "enter a number"),
        ({"setup_minor": ""}, "enter a value"),
        ({"build_volume_mm": "1 x 2"}, "three lengths"),
        ({"technology": "magic"}, "choose one of"),
        ({"name": "x" * 3000}, "within"),
        ({"setup_minor": "1,000"}, "leave out the comma"),
        ({"setup_minor": "-1,234,567.00"}, "leave out the comma"),
        ({"spacing_mm": "2,125"}, "leave out the comma"),
        ({"wings": "2"}, "has no wings"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_type(texts: dict[str, str], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        edit(BOOK, "machines", "fdm-250", **texts)


@pytest.mark.parametrize("quantity", ["10,000", "10.000", "10.5"])
def test_ten_thousand_is_never_taken_for_ten(quantity: str) -> None:
    with pytest.raises(Invalid, match="Largest quantity"):
        edit(BOOK, "general", "general", max_quantity=quantity)


@pytest.mark.parametrize(
    ("path", "book"), [case[:2] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_every_fault_belongs_to_a_field_of_its_form(path: str, book: PriceBook) -> None:
    with pytest.raises(Invalid) as refused:
        checked(book.to_dict())
    problems = refused.value.details["problems"]
    assert isinstance(problems, dict)
    section, *_, name = path.split(".") if "." in path else ("general", path)
    assert name in problems
    assert name in SECTIONS or name in {field.name for field in SECTIONS[section].fields}


def test_own_lead_times_that_break_a_rule_say_so_on_their_field() -> None:
    with pytest.raises(Invalid) as refused:
        edit(
            BOOK, "agreements", None, account=PARTNER, name="B", percent="1", business="yes",
            lead_times="express 1 -1",
        )  # fmt: skip
    assert refused.value.details["field"] == "lead_times"
    assert "above 0" in refused.value.message


def test_an_agreement_may_have_a_last_day() -> None:
    texts = {"account": PARTNER, "name": "B", "percent": "1", "business": "yes"}
    for typed, day in (("2027-12-31", date(2027, 12, 31)), ("", None)):
        book = edit(BOOK, "agreements", None, **texts, valid_until=typed)
        assert book.agreements[0].valid_until == day
    with pytest.raises(Invalid, match="enter a day, such as"):
        edit(BOOK, "agreements", None, **texts, valid_until="31.12.2027")


def test_the_least_rate_is_read_to_its_last_digit() -> None:
    after = edit(BOOK, "general", "general", packaging_per_litre_minor="0.000012")
    (change,) = changes(BOOK, after)
    assert change.after == "0.000012"


def test_what_is_not_there_is_not_changed() -> None:
    for act in (
        lambda: edit(BOOK, "machines", "fdm-9", name="x"),
        lambda: edit(BOOK, "wings", None, name="x"),
        lambda: without_entry(BOOK, "machines", "fdm-9"),
        lambda: without_entry(BOOK, "general", "general"),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_version_is_no_difference() -> None:
    assert changes(BOOK, replace(BOOK, version=9)) == []
