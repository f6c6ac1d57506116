"""What can be ordered, and where it can go."""

from dataclasses import asdict, replace
from uuid import uuid4

import pytest

from shared.errors import Invalid
from subgraphs.shop.orders.address import Address
from subgraphs.shop.orders.line import MAX_LINES, Line, LineChange, check_lines, rotation_of
from subgraphs.shop.orders.submission import Submission

LINE = Line(uuid4(), "PLA", "raw", 1)
ADDRESS = Address("Sam", "Street 1", "Utrecht", "3511", "NL")
SUBMISSION = Submission("key", (LINE,), ADDRESS, None, 5_000, "EUR")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": 0}, "QUANTITY"),
        ({"quantity": 100_001}, "QUANTITY"),
        ({"scale": 0.0}, "SCALE"),
        ({"scale": -1.0}, "SCALE"),
        ({"scale": float("nan")}, "SCALE"),
        ({"rotation": (0.0, 0.0, float("inf"))}, "ROTATION"),
        ({"units": "YARD"}, "UNITS"),
        ({"material": ""}, "MATERIAL"),
        ({"finish": "x" * 65}, "MATERIAL"),
    ],
)
def test_a_line_that_cannot_be_made_says_why(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        replace(LINE, **change)  # type: ignore[arg-type]
    assert refusal.value.error_code == code


def test_a_change_leaves_alone_what_it_does_not_name() -> None:
    assert LineChange().applied_to(LINE) == LINE
    assert LineChange(quantity=3, rotation=(0, 90, 0)).applied_to(LINE) == replace(
        LINE, quantity=3, rotation=(0, 90, 0)
    )
    with pytest.raises(Invalid):
        LineChange(quantity=0).applied_to(LINE)


def test_a_rotation_is_three_angles() -> None:
    assert rotation_of([0, 90, 180]) == (0.0, 90.0, 180.0)
    with pytest.raises(Invalid):
        rotation_of([0, 90])


def test_an_order_has_one_to_a_hundred_lines() -> None:
    check_lines([LINE] * MAX_LINES)
    for lines in ([], [LINE] * (MAX_LINES + 1)):
        with pytest.raises(Invalid):
            check_lines(lines)


def test_an_address_is_complete_and_trimmed() -> None:
    assert Address(" Sam ", "S", "C", "1", "NL").name == "Sam"
    for part in asdict(ADDRESS):
        with pytest.raises(Invalid) as refusal:
            replace(ADDRESS, **{part: "  "})
        assert refusal.value.details == {"field": part}


def test_submissions_have_one_hash_exactly_when_they_ask_for_the_same() -> None:
    again = replace(SUBMISSION, idempotency_key="another key")
    assert again.body_hash == SUBMISSION.body_hash
    for different in (
        replace(SUBMISSION, lines=(replace(LINE, quantity=2),)),
        replace(SUBMISSION, lines=(LINE, LINE)),
        replace(SUBMISSION, lines=(replace(LINE, lead_time="express"),)),
        replace(SUBMISSION, address=replace(ADDRESS, city="Delft")),
        replace(SUBMISSION, partner_reference="A-1"),
        replace(SUBMISSION, auto_place_up_to=None),
        replace(SUBMISSION, currency="USD"),
    ):
        assert different.body_hash != SUBMISSION.body_hash
