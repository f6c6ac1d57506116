"""A body is shown so that a person can read it, whatever it is."""

import pytest

from shared.delivery.payload import LONGEST, Form, readable


def test_json_is_indented_and_keeps_its_order() -> None:
    found = readable(b'{"b":1,"a":"\xc3\xa9"}')
    assert (found.form, found.text) == (Form.JSON, '{\n  "b": 1,\n  "a": "é"\n}')
    assert (found.size, found.cut) == (16, False)


def test_text_that_is_no_json_is_shown_as_it_is() -> None:
    found = readable("halló\n<b>".encode())
    assert (found.form, found.text) == (Form.TEXT, "halló\n<b>")


@pytest.mark.parametrize("body", [b"\x00abc", b"\xff\xfe", b"bell\x07"])
def test_what_is_no_text_is_shown_in_hexadecimals(body: bytes) -> None:
    found = readable(body)
    assert found.form is Form.HEX
    assert bytes.fromhex(found.text) == body


@pytest.mark.parametrize("body", [b"x" * (LONGEST + 1), b"\x00" * LONGEST])
def test_a_long_body_is_cut_and_says_so(body: bytes) -> None:
    found = readable(body)
    assert (len(found.text), found.cut, found.size) == (LONGEST, True, len(body))


def test_an_empty_body_is_an_empty_text() -> None:
    found = readable(b"")
    assert (found.form, found.text, found.size) == (Form.TEXT, "", 0)
