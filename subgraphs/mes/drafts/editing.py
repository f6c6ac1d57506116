"""Changing one entry of a price book: pure, and what comes out is a valid book or a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from jobs.pricing.book import PriceBook
from jobs.pricing.book_faults import BookInvalid, Fault
from jobs.pricing.book_rules import check
from shared.errors import Invalid, NotFound
from subgraphs.mes.pricebook.changes import in_order
from subgraphs.mes.pricebook.sheet import SECTIONS, Content, Section
from subgraphs.mes.pricebook.texts import value_of

CODE = "PRICE_BOOK"


@dataclass(frozen=True)
class Edit:
    """Fields of an entry as they were typed, by name. Without a `code` the entry is new."""

    section: str
    code: str | None
    texts: Mapping[str, str]


def section_of(code: str) -> Section:
    """Raises NotFound."""
    section = SECTIONS.get(code)
    if section is None:
        raise NotFound(f"A price book has no {code}. Choose one of {', '.join(SECTIONS)}.")
    return section


def with_entry(book: PriceBook, edit: Edit) -> PriceBook:
    """The book with these fields of an entry set to what was typed.

    Fields that are left out stay as they are. Raises NotFound, and Invalid with `field` and with
    `problems`, a sentence for each field that is wrong.
    """
    section, code = section_of(edit.section), edit.code
    content = book.to_dict()
    values = _values(section, edit.texts, new=code is None)
    if not section.key:
        return checked({**content, **values})
    if code is None:
        _add(section, content, values)
    else:
        for entry in content[section.code]:
            if section.code_of(entry) == code:
                entry.update(values)
                break
        else:
            raise NotFound(f"There is no {section.one} {code} in the draft. Reload the page.")
    return checked(in_order(content))


def without_entry(book: PriceBook, section_code: str, code: str) -> PriceBook:
    """The book without an entry. Raises NotFound, and Invalid where something else needs it."""
    section = section_of(section_code)
    content = book.to_dict()
    left = [entry for entry in section.entries(content) if section.code_of(entry) != code]
    if not section.key or len(left) == len(content[section.code]):
        raise NotFound(f"There is no {section.one} {code} to take out. Reload the page.")
    return checked({**content, section.code: left})


def checked(content: Content) -> PriceBook:
    """The book of this data. Raises Invalid."""
    try:
        book = PriceBook.from_dict(dict(content))
        check(book)
    except BookInvalid as invalid:
        problems: dict[str, str] = {}
        for fault in invalid.faults:
            problems.setdefault(field_of(fault), fault.sentence)
        field, sentence = next(iter(problems.items()))
        raise Invalid(sentence, CODE, field=field, problems=problems) from invalid
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{place}: {first['msg']}.", CODE, field=str(first["loc"][-1])) from wrong
    return book


def field_of(fault: Fault) -> str:
    """The field of a form that a fault belongs to, or the section that lacks an entry."""
    return fault.field.rpartition(".")[2]


def _values(section: Section, texts: Mapping[str, str], *, new: bool) -> dict[str, Any]:
    fields = {field.name: field for field in section.fields if new or not field.fixed}
    unknown = [name for name in texts if name not in {field.name for field in section.fields}]
    if unknown:
        raise Invalid(f"A {section.one} has no {', '.join(unknown)}.", CODE, field=unknown[0])
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, field in fields.items():
        if name not in texts and not (new and field.required):
            continue
        try:
            values[name] = value_of(field, texts.get(name, ""))
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        field_name, sentence = next(iter(problems.items()))
        raise Invalid(sentence, CODE, field=field_name, problems=problems)
    return values


def _add(section: Section, content: dict[str, Any], values: dict[str, Any]) -> None:
    code = section.code_of(values)
    if section.find(content, code) is not None:
        name = next(field.name for field in section.fields if field.fixed)
        raise Invalid(
            f"There is already a {section.one} {code}. Change that one.", CODE, field=name
        )
    content[section.code].append(values)
