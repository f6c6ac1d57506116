"""A message's body, readable by a person whatever it is."""

from dataclasses import dataclass
from enum import Enum

import orjson

LONGEST = 64 * 1024  # characters; what is longer is cut


class Form(Enum):
    """What the text of a payload is."""

    JSON = "JSON"
    TEXT = "TEXT"
    HEX = "HEX"


@dataclass(frozen=True, slots=True)
class Payload:
    """`size` is that of the body in bytes; `cut` says that `text` is only its beginning."""

    form: Form
    text: str
    size: int
    cut: bool


def readable(body: bytes) -> Payload:
    """JSON indented and in its own order, other text as it is, anything else as hexadecimals."""
    form, text = _read(body)
    return Payload(form, text[:LONGEST], len(body), len(text) > LONGEST)


def _read(body: bytes) -> tuple[Form, str]:
    try:
        return Form.JSON, orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        text = body.decode(errors="replace")
    if "\N{REPLACEMENT CHARACTER}" in text or _has_controls(text):
        return Form.HEX, body[:LONGEST].hex(" ", 2)
    return Form.TEXT, text


def _has_controls(text: str) -> bool:
    return any(ord(letter) < 32 and letter not in "\n\r\t" for letter in text)
