"""The pure parts: how values read, sizes after turning, prices that add up, choices from a URL."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.ui import world
from ui.breakdown import explained, sums
from ui.configuration import configuration
from ui.editor.orientation import turned_box
from ui.formats import ago, box, cubic, duration, link, many, size
from ui.forms import LARGEST_INT, written
from ui.problems import Problem
from ui.states import MODEL, NOTIFICATION, ORDER, REVIEW, WORK, look

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("2147483647", LARGEST_INT),
        ("2147483648", None),
        ("9" * 5000, None),
        ("²", None),
        ("-1", None),
        ("", None),
    ],
)
def test_only_numbers_that_a_page_can_have_written_are_taken(text: str, number: int | None) -> None:
    assert written(text) == number


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (60, "1 minute ago"),
        (300, "5 minutes ago"),
        (7_300, "2 hours ago"),
        (86_400 * 3, "3 days ago"),
        (-600, "in 10 minutes"),
        (86_400 * 40, "20 Jan 2026"),
    ],
)
def test_times_read_as_people_say_them(seconds: float, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_lengths_volumes_durations_and_sizes_read_well() -> None:
    assert box([60, 40.504, 12.5]) == "60 × 40.5 × 12.5 mm"
    assert (cubic(14_200), cubic(812.4)) == ("14.2 cm³", "812 mm³")
    assert [duration(s) for s in (0.42, 65, 7_800, 97_200)] == [
        "0.4 s",
        "1 min 5 s",
        "2 h 10 min",
        "1 d 3 h",
    ]
    assert [size(n) for n in (812, 34_000, 1_073_741_824)] == ["812 B", "33.2 kB", "1 GB"]
    assert (many(1, "line"), many(2_000, "line")) == ("1 line", "2,000 lines")


def test_a_link_leaves_out_what_says_nothing() -> None:
    assert link("/crm", state="ALL", search="", after=None) == "/crm?state=ALL"


def test_every_state_has_words_and_an_icon_beside_its_colour() -> None:
    for kind in (ORDER, MODEL, REVIEW, WORK, NOTIFICATION):
        assert all(entry.words and entry.icon and entry.tone for entry in kind.values())
    assert look(ORDER, "TELEPORTED").words == "Teleported"


def test_a_quarter_turn_changes_two_sides_of_the_box() -> None:
    turned = turned_box([60, 40, 45], guessed="MM", units="MM", scale=1, rotation=(90, 0, 0))
    assert turned == [60, 45, 40]


def test_other_units_and_scale_change_the_box() -> None:
    turned = turned_box([60, 40, 45], guessed="INCH", units="MM", scale=2, rotation=(0, 0, 0))
    assert turned == [round(2 * side / 25.4, 3) for side in (60, 40, 45)]


def test_turns_are_about_fixed_axes_x_then_y_then_z() -> None:
    turned = turned_box([1, 2, 3], guessed="MM", units="MM", scale=1, rotation=(90, 90, 0))
    assert turned == [2, 3, 1]


def test_a_breakdown_says_whether_it_is_for_one_piece_or_for_the_line() -> None:
    lines, unit = world.breakdown(), world.money(world.TOTAL)
    assert explained(lines, unit, world.money(3 * world.TOTAL)).per == "piece"
    assert explained(lines, unit, unit).per == "line"
    assert explained(lines, world.money(1), world.money(2)).odd


def test_lines_and_tax_add_up_to_the_total() -> None:
    order = world.order("o1", "PRICED", [world.line("l1", world.model("m1"))])
    assert sums(order) == [("Parts", "€ 14.20"), ("Tax", "€ 2.27")]
    order["total"] = world.money(world.TOTAL)
    assert sums(order) == [("Tax in it", "€ 2.27")]
    order["price"] = None
    assert sums(order) == []


def test_choices_fall_back_to_what_can_be_made() -> None:
    chosen = configuration(
        {"material": "gold", "finish": "dyed", "quantity": "-3", "scale": "nan", "units": "FT"},
        world.MATERIALS,
        material="petg",
    )
    assert (chosen.material, chosen.finish, chosen.quantity) == ("petg", "raw", 1)
    assert (chosen.scale, chosen.units) == (1.0, "MM")


def test_who_chose_nothing_gets_the_first_material_with_a_price_at_once() -> None:
    milled = world.material("alu", "Aluminium", "CNC", "#aaaaaa", world.RAW)
    assert configuration({}, [milled, *world.MATERIALS]).material == "pla"
    assert configuration({"material": "alu"}, [milled, *world.MATERIALS]).material == "alu"
    assert configuration({}, [milled]).material == "alu"


def test_choices_survive_the_way_through_the_address() -> None:
    values = {
        "material": "pa12",
        "finish": "dyed",
        "quantity": "12",
        "scale": "33.5",
        "units": "INCH",
        "rx": "90",
        "ry": "0",
        "rz": "270",
    }
    assert configuration(values, world.MATERIALS).query() == values


@pytest.mark.parametrize(
    ("code", "details", "field"),
    [
        ("EMAIL_TAKEN", {}, "email"),
        ("ADDRESS", {"field": "postal_code"}, "postalCode"),
        ("ADDRESS", {"field": "postalCode"}, "postalCode"),
        ("CONFLICT", {}, None),
    ],
)
def test_an_error_finds_its_field(code: str, details: dict[str, str], field: str | None) -> None:
    assert Problem(code, "No.", details).field_of(["email", "postalCode"]) == field
