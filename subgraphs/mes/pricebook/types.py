"""The price book in the graph as staff read it: sections of entries with typed texts."""

from typing import Self

import strawberry

from jobs.pricing.book import PriceBook
from subgraphs.mes.pricebook import changes as differences
from subgraphs.mes.pricebook import sheet
from subgraphs.mes.pricebook.texts import text_of

strawberry.enum(sheet.Kind, name="PriceBookFieldKind")


@strawberry.type
class PriceBookField:
    """A field of the entries of a section. A `fixed` one is chosen when the entry is made. Money
    and rates are typed in the currency's major unit."""

    name: str
    label: str
    kind: sheet.Kind
    unit: str
    hint: str
    required: bool
    fixed: bool
    options: list[str]

    @classmethod
    def of(cls, field: sheet.Field, currency: str) -> Self:
        """A field; those of money have the currency as their unit."""
        money = field.kind in (sheet.Kind.MONEY, sheet.Kind.RATE)
        return cls(
            name=field.name,
            label=field.label,
            kind=field.kind,
            unit=currency if money else field.unit,
            hint=field.hint,
            required=field.required,
            fixed=field.fixed,
            options=list(field.options),
        )


@strawberry.type
class PriceBookEntry:
    """`values` are the texts of the section's `fields`, in their order."""

    code: str
    title: str
    values: list[str]


@strawberry.type
class PriceBookSection:
    """A part of the price book. One without `extensible` is a single entry."""

    code: str
    name: str
    entry_name: str
    extensible: bool
    fields: list[PriceBookField]
    entries: list[PriceBookEntry]

    @classmethod
    def all_of(cls, book: PriceBook) -> list[Self]:
        """Every section of a book."""
        content = book.to_dict()
        return [cls._of(section, content) for section in sheet.SECTIONS.values()]

    @classmethod
    def _of(cls, section: sheet.Section, content: sheet.Content) -> Self:
        return cls(
            code=section.code,
            name=section.name,
            entry_name=section.one,
            extensible=bool(section.key),
            fields=[PriceBookField.of(field, content["currency"]) for field in section.fields],
            entries=[
                PriceBookEntry(
                    code=section.code_of(entry),
                    title=section.title_of(entry),
                    values=[text_of(field, entry[field.name]) for field in section.fields],
                )
                for entry in section.entries(content)
            ],
        )


@strawberry.type
class PriceBookChange:
    """A difference between two price books; `sentence` says it for people."""

    section: str
    code: str
    field: str | None
    before: str
    after: str
    sentence: str

    @classmethod
    def all_of(cls, before: PriceBook, after: PriceBook) -> list[Self]:
        """Every difference between two books."""
        return [
            cls(
                section=change.section,
                code=change.code,
                field=change.field or None,
                before=change.before,
                after=change.after,
                sentence=change.sentence,
            )
            for change in differences.changes(before, after)
        ]
