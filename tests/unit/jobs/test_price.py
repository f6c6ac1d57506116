import json
from dataclasses import replace

import pytest

from jobs.pricing import (
    Analysis,
    Price,
    PriceBook,
    PriceRefused,
    default_price_book,
    price,
    profile,
    rough_analysis,
)

BOOK = default_price_book()
PRICED = [m for m in BOOK.materials if m.technology != "cnc"]
OFFERS = [(m.code, finish) for m in PRICED for finish in m.finishes]


def part(material: str = "PLA", box: tuple[float, float, float] = (40, 30, 20)) -> Analysis:
    chosen = BOOK.material(material)
    assert chosen is not None
    volume = box[0] * box[1] * box[2] * 0.4
    return replace(rough_analysis(profile(chosen.profile), box, volume), rough=False)


def refusal(analysis: Analysis, *choice: object) -> PriceRefused:
    with pytest.raises(PriceRefused) as refused:
        price(analysis, *choice, BOOK)  # type: ignore[arg-type]
    return refused.value


def test_the_seeded_price_book_survives_json() -> None:
    assert PriceBook.from_dict(json.loads(json.dumps(BOOK.to_dict()))) == BOOK


def test_every_material_has_machines_finishes_and_a_profile() -> None:
    for material in BOOK.materials:
        assert BOOK.machines_of(material), material.code
        assert len(BOOK.finishes_of(material)) == len(material.finishes) > 0, material.code
        assert profile(material.profile).technology == material.technology


@pytest.mark.parametrize(("material", "finish"), OFFERS)
def test_every_offer_of_the_book_has_a_price(material: str, finish: str) -> None:
    quoted = price(part(material), material, finish, 3, BOOK)
    assert quoted.total_minor > 0
    assert Price.from_dict(json.loads(json.dumps(quoted.to_dict()))) == quoted


def test_each_thing_that_costs_has_a_line() -> None:
    analysis = replace(part("RESIN-TOUGH"), support_contact_mm2=900.0)
    quoted = price(analysis, "RESIN-TOUGH", "primed", 10, BOOK, lead_time="express")
    assert [line.code for line in quoted.lines] == [
        "material", "machine", "support", "labour", "finish", "programming", "setup",
        "finish_setup", "quantity_break", "lead_time", "packaging", "tax",
    ]  # fmt: skip


def test_a_small_part_costs_the_floor_price_and_says_so() -> None:
    quoted = price(part(box=(5, 5, 2)), "PLA", "raw", 1, BOOK)
    assert quoted.net_minor == BOOK.floor_minor
    assert "floor" in {line.code for line in quoted.lines}


def test_more_parts_cost_more_together_and_less_each() -> None:
    quoted = [price(part(), "PLA", "sanded", n, BOOK) for n in (1, 5, 10, 25, 100)]
    totals, units = [q.total_minor for q in quoted], [q.unit_minor for q in quoted]
    assert totals == sorted(totals)
    assert units == sorted(units, reverse=True)


def test_milling_is_priced_by_a_person() -> None:
    refused = refusal(part("ALU-6082"), "ALU-6082", "milled", 1)
    assert refused.code == "ASK_A_PERSON"
    assert "Put it in the basket" in refused.sentence
    assert refusal(part("ALU-6082"), "ALU-6082", "raw", 1).code == "FINISH_NOT_OFFERED"


def test_more_parts_than_the_book_allows_are_priced_by_a_person_and_none_at_all_by_nobody() -> None:
    assert price(part(), "PLA", "raw", BOOK.max_quantity, BOOK).total_minor > 0
    refused = refusal(part(), "PLA", "raw", BOOK.max_quantity + 1)
    assert refused.code == "ASK_A_PERSON"
    assert f"More than {BOOK.max_quantity:,} parts" in refused.sentence
    assert refusal(part(), "PLA", "raw", 0).code == "QUANTITY_OUT_OF_RANGE"


def test_a_finish_costs_more_than_none() -> None:
    raw, sanded = (price(part(), "PLA", f, 10, BOOK).total_minor for f in ("raw", "sanded"))
    assert sanded > raw


def test_resin_parts_share_a_plate() -> None:
    analysis = part("RESIN-TOUGH", (20, 20, 20))
    prices = [price(analysis, "RESIN-TOUGH", "raw", n, BOOK) for n in (1, 10)]
    machine = [next(one for one in each.lines if one.code == "machine") for each in prices]
    assert prices[1].print_time_s == prices[0].print_time_s
    assert machine[1].amount_minor == machine[0].amount_minor
    assert "10 in one build" in machine[1].explanation


def test_a_choice_that_is_not_offered_names_what_is() -> None:
    assert refusal(part(), "GOLD", "raw", 1).code == "UNKNOWN_MATERIAL"
    assert "PLA" in refusal(part(), "GOLD", "raw", 1).sentence
    assert refusal(part(), "PLA", "dyed", 1).code == "FINISH_NOT_OFFERED"
    assert "sanded" in refusal(part(), "PLA", "dyed", 1).sentence
    assert refusal(part(), "PLA", "raw", 0).code == "QUANTITY_OUT_OF_RANGE"
    assert refusal(part(), "PA12", "raw", 1).code == "WRONG_PROFILE"


def test_a_part_larger_than_every_machine_is_told_what_fits() -> None:
    refused = refusal(part(box=(500, 30, 20)), "PLA", "raw", 1)
    assert refused.code == "TOO_LARGE_FOR_MACHINES"
    assert "500 × 30 × 20 mm" in refused.sentence
    assert "Filament printer 400 with 400 × 400 × 400 mm" in refused.sentence


def test_a_part_too_large_for_its_material_is_told_another() -> None:
    refused = refusal(part("RESIN-TOUGH", (220, 200, 100)), "RESIN-TOUGH", "raw", 1)
    assert refused.code == "TOO_LARGE_FOR_MACHINES"
    assert "PLA" in refused.sentence


def test_a_part_that_fits_on_another_side_is_asked_to_be_turned() -> None:
    refused = refusal(part("ABS", (30, 30, 240)), "ABS", "raw", 1)
    assert refused.code == "NEEDS_TURNING"


def test_a_part_fits_turned_about_its_vertical() -> None:
    assert price(part("ABS", (200, 240, 20)), "ABS", "raw", 1, BOOK).machine == "fdm-250"


def test_a_larger_part_goes_to_the_larger_machine() -> None:
    assert price(part(box=(300, 30, 20)), "PLA", "raw", 1, BOOK).machine == "fdm-400"


def test_a_rough_analysis_makes_a_rough_price() -> None:
    quoted = price(replace(part(), rough=True), "PLA", "raw", 10, BOOK)
    assert quoted.rough
    assert quoted.low_minor < quoted.total_minor < quoted.high_minor


def test_without_a_tax_there_is_no_tax_line() -> None:
    quoted = price(part(), "PLA", "raw", 1, replace(BOOK, tax_percent=0.0))
    assert quoted.tax_minor == 0
    assert "tax" not in {line.code for line in quoted.lines}
