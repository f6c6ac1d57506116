"""What is answered to a request to price an order."""

from dataclasses import replace
from uuid import uuid4

import pytest

from jobs.pricing import Agreement, Customer
from shared.messaging.events import RequestedLine
from subgraphs.mes.orders.plan import (
    LARGEST_TOTAL,
    Asked,
    Known,
    LineAsked,
    LinePriced,
    Missing,
    Priced,
    Refused,
    paid_before,
    plan,
)
from subgraphs.mes.refusal import Refusal
from tests.unit.mes.world import BOOK, FILE, MODEL, analysis, key, known, line

SILVER = next(material for material in BOOK.materials if material.code == "SILVER-925")


def test_an_order_is_priced_when_every_analysis_is_known() -> None:
    lines = [line(), line(material="PETG", quantity=3)]
    outcome = plan(lines, "EUR", known({key(lines[0]): analysis()}))
    assert isinstance(outcome, Priced)
    assert outcome.total == sum(one.price.total_minor for one in outcome.lines)
    assert outcome.tax == sum(one.price.tax_minor for one in outcome.lines) > 0


def test_what_is_missing_is_asked_for_once() -> None:
    lines = [line(), line(material="PETG"), line(material="PA12")]
    outcome = plan(lines, "EUR", known())
    assert isinstance(outcome, Missing)
    assert [request.profile for request in outcome.requests] == ["fdm-020", "sls-012"]
    assert outcome.waiting_for == ()


def test_models_that_are_not_known_are_waited_for() -> None:
    unknown = uuid4()
    outcome = plan([line(), line(unknown)], "EUR", known())
    assert isinstance(outcome, Missing)
    assert outcome.waiting_for == (unknown,)
    assert len(outcome.requests) == 2


def test_a_refusal_of_one_line_refuses_the_order_before_anything_is_computed() -> None:
    refused = line(uuid4())
    why = Refusal("TRUNCATED", "The file is cut off.")
    outcome = plan([line(), refused], "EUR", known(files={MODEL: FILE, refused.model_id: why}))
    assert outcome == Refused(refused.line_id, why)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"material": "CHEESE"}, "UNKNOWN_MATERIAL"),
        ({"finish": "polished"}, "FINISH_NOT_OFFERED"),
        ({"quantity": 0}, "QUANTITY_OUT_OF_RANGE"),
        ({"scale": 0.0}, "SCALE_OUT_OF_RANGE"),
        ({"scale": float("nan")}, "SCALE_OUT_OF_RANGE"),
        ({"rotation": (float("inf"), 0.0, 0.0)}, "SCALE_OUT_OF_RANGE"),
        ({"units": "M"}, "TOO_LARGE_FOR_MACHINES"),
        ({"material": "RESIN-TOUGH", "scale": 3.5}, "NEEDS_TURNING"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused_without_an_analysis(
    change: dict[str, object], code: str
) -> None:
    outcome = plan([line(**change)], "EUR", known())
    assert isinstance(outcome, Refused), outcome
    assert outcome.refusal.code == code


def test_a_part_on_its_edge_is_analysed_before_it_is_called_too_large() -> None:
    outcome = plan([line(scale=6.0, rotation=(45.0, 45.0, 0.0))], "EUR", known())
    assert isinstance(outcome, Missing)


def test_another_currency_and_an_empty_order_are_refused() -> None:
    for lines, currency, code in (
        ([line()], "USD", "CURRENCY_NOT_OFFERED"),
        ([], "EUR", "NO_LINES"),
    ):
        outcome = plan(lines, currency, known())
        assert isinstance(outcome, Refused)
        assert outcome.refusal.code == code


def test_reasons_for_review_are_told_once() -> None:
    lines = [line(), line()]
    outcome = plan(lines, "EUR", known({key(lines[0]): analysis(review=("Look at it.",))}))
    assert isinstance(outcome, Priced)
    assert outcome.warnings == ("Look at it.",)


def test_an_order_that_costs_more_than_the_graph_can_say_gets_no_price() -> None:
    one = line(material="SILVER-925", finish=SILVER.finishes[0], quantity=10_000)
    analyses = {key(one, SILVER.profile): analysis(SILVER.profile)}
    single = plan([one], "EUR", known(analyses))
    assert isinstance(single, Priced)
    fit = LARGEST_TOTAL // single.total
    assert isinstance(plan([one] * fit, "EUR", known(analyses)), Priced)
    outcome = plan([one] * (fit + 1), "EUR", known(analyses))
    assert isinstance(outcome, Refused)
    assert (outcome.line_id, outcome.refusal.code) == (None, "TOO_EXPENSIVE")


def test_neither_does_a_single_line() -> None:
    wanted = line(material="SILVER-925", finish=SILVER.finishes[0], quantity=10_000)
    heavy = analysis(SILVER.profile, volume_mm3=120_000, material_mm3=190_000, box_mm=(60, 60, 40))
    outcome = plan([wanted], "EUR", known({key(wanted, SILVER.profile): heavy}))
    assert isinstance(outcome, Refused)
    assert (outcome.line_id, outcome.refusal.code) == (wanted.line_id, "TOO_EXPENSIVE")


def test_an_order_prepares_a_material_and_lays_out_a_model_once() -> None:
    first, again, other = line(), line(quantity=1), line(finish="sanded", scale=2.0)
    silver = line(material="SILVER-925")
    paid = paid_before([first, again, other, silver])
    assert paid == [
        frozenset(),
        frozenset({"material_setup", "programming"}),
        frozenset({"material_setup"}),
        frozenset(),
    ]


def test_the_customers_agreement_counts_in_their_order_alone() -> None:
    wanted = line(quantity=100)
    account = str(uuid4())
    agreed = replace(BOOK, agreements=(Agreement(account, "Bracket & Sons", percent=20.0),))
    files = {wanted.model_id: FILE}
    found = {key(wanted): analysis()}
    prices = {
        who: plan([wanted], "EUR", Known(files, found, agreed, who and Customer(who)))
        for who in (None, account, str(uuid4()))
    }
    listed, ours, other = prices.values()
    assert isinstance(listed, Priced)
    assert isinstance(ours, Priced)
    assert isinstance(other, Priced)
    assert other.total == listed.total > ours.total


def test_a_lead_time_is_priced_and_an_unknown_one_refused() -> None:
    standard, express, never = (line(lead_time=code) for code in ("standard", "express", "never"))
    found = {key(standard): analysis()}
    slow, fast = (plan([one], "EUR", known(found)) for one in (standard, express))
    assert isinstance(slow, Priced)
    assert isinstance(fast, Priced)
    assert fast.total > slow.total
    refused = plan([never], "EUR", known(found))
    assert isinstance(refused, Refused)
    assert refused.refusal.code == "UNKNOWN_LEAD_TIME"


def milled(**change: object) -> RequestedLine:
    return line(**({"material": "ALU-6082", "finish": "milled"} | change))


@pytest.mark.parametrize("wanted", [milled(), line(quantity=10_001)], ids=["milled", "so many"])
def test_what_has_no_price_at_once_is_asked_of_a_person(wanted: RequestedLine) -> None:
    asked = plan([wanted], "EUR", known({key(line()): analysis()}))
    assert isinstance(asked, Asked)
    assert asked.first.line == wanted
    assert asked.first.refusal.code == "ASK_A_PERSON"
    assert "Put it in the basket" in asked.first.refusal.message
    assert asked.first.refusal.why
    assert "basket" not in asked.first.refusal.why
    assert asked.book_version == BOOK.version


def test_a_person_is_asked_when_all_other_lines_have_their_prices() -> None:
    lines = [milled(), line()]
    assert isinstance(plan(lines, "EUR", known()), Missing)
    asked = plan(lines, "EUR", known({key(lines[1]): analysis()}))
    assert isinstance(asked, Asked)
    first, second = asked.lines
    assert isinstance(first, LineAsked)
    assert isinstance(second, LinePriced)
    assert second.price.net_minor > 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"finish": "polished"}, "FINISH_NOT_OFFERED"),
        ({"quantity": 0}, "QUANTITY_OUT_OF_RANGE"),
        ({"lead_time": "never"}, "UNKNOWN_LEAD_TIME"),
        ({"scale": 0.0}, "SCALE_OUT_OF_RANGE"),
    ],
)
def test_nobody_is_asked_about_what_cannot_be_made_anyway(
    change: dict[str, object], code: str
) -> None:
    refused = plan([milled(**change)], "EUR", known())
    assert isinstance(refused, Refused)
    assert refused.refusal.code == code


def test_nobody_is_asked_about_a_file_that_is_no_part_or_an_order_without_any_price() -> None:
    wanted, why = milled(), Refusal("TRUNCATED", "The file is cut off.")
    refused = plan([wanted], "EUR", known(files={MODEL: why}))
    assert refused == Refused(wanted.line_id, why)
    refused = plan([milled(), line(material="CHEESE")], "EUR", known())
    assert isinstance(refused, Refused)
    assert refused.refusal.code == "UNKNOWN_MATERIAL"
