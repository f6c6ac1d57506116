"""Estimates for the eyes of a person: a table, and below it what there is to say to each file."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from partline.commands.columns import columns

if TYPE_CHECKING:
    from jobs.pricing.analysis import Analysis, Interval
    from jobs.pricing.estimate import Estimate
    from jobs.pricing.price import Price

_NONE = "–"


class Pricelist:
    """Takes estimates as they come and tells them in the order of `files`."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self._found: dict[str, Estimate] = {}
        self._pictures: dict[str, str] = {}

    def add(self, estimate: "Estimate", picture: str | None = None) -> None:
        """`picture` is the file in which the estimate was drawn."""
        self._found[estimate.file] = estimate
        if picture is not None:
            self._pictures[estimate.file] = picture

    @property
    def has_failures(self) -> bool:
        return any(one.error is not None for one in self._found.values())

    def text(self) -> str:
        """Ends without a line break."""
        ready = [self._found[file] for file in self._files if file in self._found]
        blocks = [_table(ready), *(_notes(one, self._pictures.get(one.file)) for one in ready)]
        return "\n\n".join(block for block in blocks if block)


def shown(name: str) -> str:
    """A file's name without what a terminal would obey or could not print."""
    text = os.fsencode(name).decode(errors="replace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _table(ready: Sequence["Estimate"]) -> str:
    priced = any(one.price is not None for one in ready)
    rows = [["FILE", "TIME", "MATERIAL", "SUPPORT", *(["PRICE"] if priced else [])]]
    for one in ready:
        cells = _measured(one.analysis) if one.analysis else [_NONE, _NONE, _NONE]
        if priced:
            cells.append(_total(one.price) if one.price else _NONE)
        rows.append([shown(one.file), *cells])
    totals = [one.price for one in ready if one.price is not None]
    if len(totals) > 1:
        together = sum(each.total_minor for each in totals)
        rows.append(["together", "", "", "", f"{together / 100:,.2f} {totals[0].currency}"])
    return "\n".join(columns(rows))


def _measured(analysis: "Analysis") -> list[str]:
    if analysis.technology == "cnc":
        return [_NONE, _NONE, _NONE]
    seconds, mm3 = analysis.print_time_s, analysis.material_mm3
    return [
        f"{_time(seconds)} {_off(seconds, analysis.print_time_interval_s)}",
        f"{mm3 / 1000:,.1f} cm³ {_off(mm3, analysis.material_interval_mm3)}",
        f"{analysis.support_mm3 / 1000:,.1f} cm³" if analysis.support_mm3 else _NONE,
    ]


def _notes(one: "Estimate", picture: str | None) -> str:
    lines = []
    if one.price is not None:
        lines += _breakdown(one.price)
    if one.analysis is not None:
        lines += [f"  A person should look: {reason}" for reason in one.analysis.review]
    if one.error is not None:
        lines.append(f"  {one.error.code}: {one.error.sentence}")
    if picture is not None:
        lines.append(f"  Where the time goes: {shown(picture)}")
    return "\n".join([shown(one.file), *lines]) if lines else ""


def _breakdown(price: "Price") -> list[str]:
    amounts = [(f"{line.label}: {line.explanation}", line.amount_minor) for line in price.lines]
    each = f" ({price.unit_minor / 100:,.2f} each)" if price.quantity > 1 else ""
    amounts.append((f"total for {price.quantity}{each}", price.total_minor))
    return [f"  {amount / 100:>10,.2f} {price.currency}  {text}" for text, amount in amounts]


def _total(price: "Price") -> str:
    low, high = price.low_minor / 100, price.high_minor / 100
    return f"{price.total_minor / 100:,.2f} {price.currency} ({low:,.2f} to {high:,.2f})"


def _off(value: float, interval: "Interval") -> str:
    """How far off the value may be; both sides, the farther one."""
    farthest = max(abs(end - value) for end in interval)
    return f"± {farthest / value:.0%}".replace("%", " %") if value else ""


def _time(seconds: float) -> str:
    from jobs.pricing.breakdown import duration  # noqa: PLC0415 — costs its own imports

    return duration(seconds)
