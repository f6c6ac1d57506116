"""What is different between two price books, in words, and carried over to a third."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jobs.pricing.book import PriceBook
from jobs.pricing.rounding import exact
from subgraphs.mes.pricebook.sheet import SECTIONS, Content, Field, Kind, Section
from subgraphs.mes.pricebook.texts import text_of

_NUMBERS = {Kind.WHOLE, Kind.NUMBER, Kind.PERCENT, Kind.SHARE, Kind.MONEY, Kind.RATE}
_MONEY = {Kind.MONEY, Kind.RATE}


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` are texts as they are typed; empty where there was or
    is nothing. `sentence` says it all."""

    section: str
    code: str
    title: str
    act: Literal["added", "removed", "changed"]
    field: str
    before: str
    after: str
    sentence: str


def changes(before: PriceBook, after: PriceBook) -> list[Change]:
    """Every difference but the version, in the order of the sections."""
    old, new = before.to_dict(), after.to_dict()
    return [
        change
        for section in SECTIONS.values()
        for change in _in_section(section, old, new, after.currency)
    ]


def carried_over(base: PriceBook, mine: PriceBook, theirs: PriceBook) -> dict[str, Any]:
    """Theirs with all that is different between base and mine: where both changed a field, mine
    counts. The result may break rules that each book keeps by itself."""
    new, content = mine.to_dict(), theirs.to_dict()
    for change in changes(base, mine):
        section = SECTIONS[change.section]
        entry = section.find(new, change.code)
        if not section.key:
            content[change.field] = new[change.field]
            continue
        entries: list[dict[str, Any]] = content[section.code]
        there = next((one for one in entries if section.code_of(one) == change.code), None)
        if change.act == "removed":
            content[section.code] = [one for one in entries if one is not there]
        elif there is None and entry is not None:
            entries.append(dict(entry))
        elif there is not None and entry is not None:
            names = [change.field] if change.act == "changed" else list(entry)
            there.update({name: entry[name] for name in names})
    return in_order(content)


def in_order(content: Content) -> dict[str, Any]:
    """A book's data with its quantity breaks ascending, as it must have them."""
    ordered = sorted(content["quantity_breaks"], key=lambda entry: int(entry["quantity"]))
    return {**content, "quantity_breaks": ordered}


def _in_section(section: Section, old: Content, new: Content, currency: str) -> list[Change]:
    before = {section.code_of(entry): entry for entry in section.entries(old)}
    after = {section.code_of(entry): entry for entry in section.entries(new)}
    found = []
    for code in dict.fromkeys([*before, *after]):
        if code not in after:
            found.append(_whole(section, code, before[code], "removed"))
        elif code not in before:
            found.append(_whole(section, code, after[code], "added"))
        else:
            found += _fields(section, code, before[code], after[code], currency)
    return found


def _whole(section: Section, code: str, entry: Content, act: Literal["added", "removed"]) -> Change:
    title = section.title_of(entry)
    sentence = f"{title}: {'new' if act == 'added' else 'this'} {section.one}"
    sentence += "." if act == "added" else " is taken out."
    return Change(section.code, code, title, act, "", "", "", sentence)


def _fields(
    section: Section, code: str, before: Content, after: Content, currency: str
) -> Sequence[Change]:
    title = section.title_of(after)
    return [
        Change(
            section.code,
            code,
            title,
            "changed",
            field.name,
            text_of(field, before[field.name]),
            text_of(field, after[field.name]),
            f"{title}: {_sentence(field, before[field.name], after[field.name], currency)}",
        )
        for field in section.fields
        if before[field.name] != after[field.name]
    ]


def _sentence(field: Field, before: Any, after: Any, currency: str) -> str:
    unit = f" {currency}" if field.kind in _MONEY else f" {field.unit}" if field.unit else ""
    old, new = (text_of(field, value).replace("\n", "; ") or "nothing" for value in (before, after))
    label = field.label[0].lower() + field.label[1:]
    words = f"{label} {old} → {new}{unit}"
    if field.kind in _NUMBERS and before:
        percent = float(exact(after) / exact(before) * 100 - 100)
        words += f" ({percent:+.1f} %)"
    return words + "."
