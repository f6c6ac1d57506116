"""Values of the price book as people read and type them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jobs.pricing.rounding import exact
from subgraphs.mes.pricebook.sheet import Field, Kind

_CENTS = 100
_LONGEST = 2_000
# 1,000 is a thousand to some and one to others: a price must not depend on who typed it.
_GROUPED = re.compile(r"\d,\d{3}(?!\d)")
_YES = {"yes": True, "no": False}


def text_of(field: Field, value: Any) -> str:
    """A value as it is typed, so that `value_of` gives it back."""
    return _TEXTS[field.kind](value)


def value_of(field: Field, text: str) -> Any:
    """The value of what was typed. Raises ValueError with a sentence."""
    words = text.strip()
    if len(words) > _LONGEST:
        raise ValueError(f"{field.label}: keep it within {_LONGEST:,} characters.")
    if field.required and not words:
        raise ValueError(f"{field.label}: enter a value.")
    if field.options and words and words not in field.options:
        raise ValueError(f"{field.label}: choose one of {', '.join(field.options)}.")
    return _VALUES[field.kind](field, words)


def _plain(number: float, *, times: int = 1, least: int = 0) -> str:
    """A number without a power of ten and without noughts at its end."""
    text = f"{exact(number) * times:f}"
    whole, _, part = text.partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def _major(minor: float) -> str:
    return _plain(float(exact(minor) / _CENTS), least=2)


def _rates(rates: list[dict[str, Any]]) -> str:
    return "\n".join(f"{rate['code']} {_major(rate['rate_minor'])}" for rate in rates)


def _leads(leads: list[dict[str, Any]]) -> str:
    return "\n".join(f"{one['code']} {one['days']} {_plain(one['factor'])}" for one in leads)


def _number(field: Field, text: str) -> Decimal:
    if _GROUPED.search(text):
        raise ValueError(f"{field.label}: leave out the comma of thousands, such as in 1000.00.")
    try:
        number = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise ValueError(f"{field.label}: enter a number, such as 12.50.")
    return number


def _float(field: Field, text: str) -> float:
    return float(_number(field, text))


def _whole(field: Field, text: str) -> int:
    number = _number(field, text)
    if "." in text or number != int(number):
        raise ValueError(f"{field.label}: enter a whole number, such as 1000.")
    return int(number)


def _money(field: Field, text: str) -> int:
    cents = _number(field, text) * _CENTS
    if cents != int(cents):
        raise ValueError(f"{field.label}: enter an amount with at most two decimals.")
    return int(cents)


def _rate(field: Field, text: str) -> float:
    return float(_number(field, text) * _CENTS)


def _share(field: Field, text: str) -> float:
    return float(_number(field, text) / 100)


def _box(field: Field, text: str) -> list[float]:
    sides = [side for side in re.split(r"[x×*;\s]+", text) if side]
    if len(sides) != 3:
        raise ValueError(f"{field.label}: enter three lengths in mm, such as 250 x 210 x 210.")
    return [_float(field, side) for side in sides]


def _listed(_: Field, text: str) -> list[str]:
    return list(dict.fromkeys(code for code in re.split(r"[,;\s]+", text) if code))


def _own_rates(field: Field, text: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "rate_minor": _rate(field, rate)} for code, rate in _rows(field, text, 2)
    ]


def _own_leads(field: Field, text: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "days": _whole(field, days), "factor": _float(field, factor)}
        for code, days, factor in _rows(field, text, 3)
    ]


def _rows(field: Field, text: str, columns: int) -> list[list[str]]:
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if any(len(row) != columns for row in rows):
        raise ValueError(f"{field.label}: {field.hint[0].lower()}{field.hint[1:]}")
    return rows


def _yes_no(field: Field, text: str) -> bool:
    if text not in _YES:
        raise ValueError(f"{field.label}: answer yes or no.")
    return _YES[text]


def _date(field: Field, text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"{field.label}: enter a day, such as 2027-12-31.") from None


_TEXTS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.LONG: str,
    Kind.CHOICE: str,
    Kind.WHOLE: str,
    Kind.NUMBER: _plain,
    Kind.PERCENT: _plain,
    Kind.SHARE: lambda share: _plain(share, times=100),
    Kind.MONEY: _major,
    Kind.RATE: _major,
    Kind.BOX: lambda box: " x ".join(_plain(side) for side in box),
    Kind.YES_NO: lambda yes: "yes" if yes else "no",
    Kind.LISTED: ", ".join,
    Kind.RATES: _rates,
    Kind.LEADS: _leads,
    Kind.DATE: lambda day: day or "",
}
_VALUES: Mapping[Kind, Callable[[Field, str], Any]] = {
    Kind.TEXT: lambda _, text: text,
    Kind.LONG: lambda _, text: text,
    Kind.CHOICE: lambda _, text: text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _float,
    Kind.PERCENT: _float,
    Kind.SHARE: _share,
    Kind.MONEY: _money,
    Kind.RATE: _rate,
    Kind.BOX: _box,
    Kind.YES_NO: _yes_no,
    Kind.LISTED: _listed,
    Kind.RATES: _own_rates,
    Kind.LEADS: _own_leads,
    Kind.DATE: _date,
}
