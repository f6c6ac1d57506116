"""What the letters say."""

import pytest
from jinja2 import UndefinedError

from subgraphs.notification.messages.kinds import Kind, occasion
from subgraphs.notification.messages.letter import OrderFacts, compose

DETAILS = {
    Kind.PRICED: {"total": "€ 12.34", "valid_until": "31 January 2026", "how": "By hand."},
    Kind.CONFIRMED: {"total": "€ 12.34"},
    Kind.REJECTED: {"reason": "The walls are too thin."},
    Kind.SHIPPED: {"carrier": "DHL", "tracking": "00340"},
    Kind.DECLINED: {"reason": "The pocket is too deep."},
}


def facts(name: str = "Sam", their_reference: str | None = None) -> OrderFacts:
    return OrderFacts(
        reference="PL-7KQ2ABCD",
        link="http://127.0.0.1:8000/orders/1",
        name=name,
        from_partner=their_reference is not None,
        their_reference=their_reference,
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_names_the_order_its_page_and_its_facts(kind: Kind) -> None:
    letter = compose(kind, facts(), DETAILS[kind])
    assert "PL-7KQ2ABCD" in letter.subject
    for body in (letter.text, letter.html):
        assert "http://127.0.0.1:8000/orders/1" in body
        for detail in DETAILS[kind].values():
            assert detail in body


def test_what_people_typed_is_escaped_in_html_and_left_alone_in_text() -> None:
    letter = compose(Kind.REJECTED, facts(name="<b>Sam</b>"), {"reason": "a < b & c"})
    assert "a < b & c" in letter.text
    assert "a &lt; b &amp; c" in letter.html
    assert "<b>Sam" not in letter.html


def test_a_partner_reads_their_own_reference() -> None:
    letter = compose(Kind.SHIPPED, facts(their_reference="PO-17"), DETAILS[Kind.SHIPPED])
    assert "Your reference: PO-17" in letter.text
    assert "Your reference" not in compose(Kind.SHIPPED, facts(), DETAILS[Kind.SHIPPED]).text


def test_a_letter_with_a_gap_is_never_written() -> None:
    with pytest.raises(UndefinedError):
        compose(Kind.SHIPPED, facts(), {"carrier": "DHL"})


def test_a_subject_is_one_line() -> None:
    letter = compose(
        Kind.PRICED, facts(), {"total": "€ 1\nBcc: all", "valid_until": "x", "how": ""}
    )
    assert "\n" not in letter.subject


def test_a_partner_hears_of_each_price_and_a_shopper_of_the_first() -> None:
    assert occasion(Kind.PRICED, 3, from_partner=True) == 3
    assert occasion(Kind.PRICED, 3, from_partner=False) == 0
    assert occasion(Kind.SHIPPED, 3, from_partner=True) == 0


def test_everybody_hears_of_each_price_that_a_person_made_or_declined_to_make() -> None:
    for partner in (True, False):
        assert occasion(Kind.PRICED, 3, from_partner=partner, by_hand=True) == 3
        assert occasion(Kind.DECLINED, 3, from_partner=partner) == 3
