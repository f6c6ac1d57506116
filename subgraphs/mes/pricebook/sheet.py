"""The price book as staff read and edit it: sections of entries, each with named fields.

What a field is called, in which unit it is typed and what may be chosen stands here once, for the
tables, the forms, and the sentences about what changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args

from jobs.pricing.analysis import Technology
from jobs.pricing.profiles import profile_ids
from jobs.pricing.tax import Payers

Content = Mapping[str, Any]
"""A price book as `PriceBook.to_dict` gives it."""


class Kind(StrEnum):
    """How a field is typed. `MONEY` and `RATE` are in the currency's major unit; a rate may have
    fractions of cents. `SHARE` is typed in per cent and kept as a share of one. `LISTED` is codes
    with commas between; `RATES` and `LEADS` are lines of a code with its numbers; `DATE` is like
    2027-12-31."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    NUMBER = "number"
    PERCENT = "percent"
    SHARE = "share"
    MONEY = "money"
    RATE = "rate"
    BOX = "box"
    CHOICE = "choice"
    YES_NO = "yes_no"
    LISTED = "listed"
    RATES = "rates"
    LEADS = "leads"
    DATE = "date"


@dataclass(frozen=True)
class Field:
    """`fixed` fields are what an entry is known by: they are chosen when it is made."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    hint: str = ""
    required: bool = True
    options: tuple[str, ...] = ()
    fixed: bool = False


@dataclass(frozen=True)
class Section:
    """`one` is what an entry is called. A section without a key is one entry of the book itself."""

    code: str
    name: str
    one: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("code",)

    def entries(self, content: Content) -> list[Content]:
        """The section's part of a book."""
        if not self.key:
            return [{field.name: content[field.name] for field in self.fields}]
        return list(content[self.code])

    def code_of(self, entry: Content) -> str:
        """What an entry is known by in its section."""
        return "-".join(str(entry[name]) for name in self.key) or self.code

    def title_of(self, entry: Content) -> str:
        """What an entry is called for people."""
        if not self.key:
            return self.name
        if self.code == "quantity_breaks":
            return f"From {entry['quantity']:,} parts"
        if self.code == "taxes":
            return f"{entry['country']}, {PAYERS[entry['payers']]}"
        return str(entry["name"])

    def find(self, content: Content, code: str) -> Content | None:
        """The entry of a code."""
        return next((e for e in self.entries(content) if self.code_of(e) == code), None)


PAYERS: Mapping[str, str] = {
    "all": "everybody",
    "business": "businesses",
    "private": "private customers",
}

_CODE = Field("code", "Code", hint="Letters, digits, dots and dashes. It stays.", fixed=True)
_NAME = Field("name", "Name")
_ABOUT = Field("description", "Description", Kind.LONG)
_TECHNOLOGY = Field("technology", "Made by", Kind.CHOICE, options=get_args(Technology))

GENERAL = Section(
    "general",
    "Everything",
    "term",
    (
        Field("currency", "Currency", hint="Orders in another one are refused."),
        Field("tax_percent", "Tax", Kind.PERCENT, "%", "Where no rate of a country holds."),
        Field("floor_minor", "Smallest order line", Kind.MONEY, hint="Before tax."),
        Field("packaging_minor", "Packaging, each order line", Kind.MONEY),
        Field("packaging_per_litre_minor", "Packaging, each litre", Kind.RATE),
        Field("max_quantity", "Largest quantity of a line", Kind.WHOLE),
    ),
    key=(),
)
MATERIALS = Section(
    "materials",
    "Materials",
    "material",
    (
        _CODE,
        _NAME,
        _ABOUT,
        Field("color", "Colour in pictures", hint="Such as #e8823a."),
        _TECHNOLOGY,
        Field(
            "profile",
            "Machine profile",
            Kind.CHOICE,
            hint="Another profile needs new analyses of the parts.",
            options=tuple(profile_ids()),
        ),
        Field("machines", "Machines", Kind.LISTED, hint="Codes with commas between."),
        Field("finishes", "Finishes", Kind.LISTED, hint="Codes with commas between."),
        Field("density_g_cm3", "Density", Kind.NUMBER, "g/cm³"),
        Field("price_per_kg_minor", "Price of a kg", Kind.RATE),
        Field("waste", "Waste", Kind.SHARE, "%", "Purge, sprues and failed parts."),
        Field("min_wall_mm", "Smallest wall", Kind.NUMBER, "mm"),
        Field("setup_minor", "Preparing it", Kind.MONEY, hint="Once for an order."),
        Field("programming_minor", "Programming", Kind.MONEY, hint="Once for a model."),
        Field("labour_per_part_minor", "Handling, each part", Kind.MONEY),
        Field("labour_per_body_minor", "Handling, each further loose piece", Kind.MONEY),
        Field("support_removal_per_cm2_minor", "Removing supports, each cm²", Kind.RATE),
    ),
)
MACHINES = Section(
    "machines",
    "Machines",
    "machine",
    (
        _CODE,
        _NAME,
        _TECHNOLOGY,
        Field("build_volume_mm", "Build volume", Kind.BOX, "mm", "Such as 250 x 210 x 210."),
        Field("rate_per_hour_minor", "An hour", Kind.RATE),
        Field("setup_minor", "Setup, each build", Kind.MONEY),
        Field("spacing_mm", "Between parts", Kind.NUMBER, "mm"),
    ),
)
FINISHES = Section(
    "finishes",
    "Finishes",
    "finish",
    (
        _CODE,
        _NAME,
        _ABOUT,
        Field("per_part_minor", "Each part", Kind.MONEY),
        Field("per_cm2_minor", "Each cm²", Kind.RATE),
        Field("setup_minor", "Setup, once", Kind.MONEY),
    ),
)
QUANTITY_BREAKS = Section(
    "quantity_breaks",
    "Quantity breaks",
    "quantity break",
    (
        Field("quantity", "From how many parts", Kind.WHOLE, fixed=True),
        Field("percent", "Taken off", Kind.PERCENT, "%"),
    ),
    key=("quantity",),
)
LEAD_TIMES = Section(
    "lead_times",
    "Lead times",
    "lead time",
    (
        _CODE,
        _NAME,
        Field("days", "Working days", Kind.WHOLE),
        Field("factor", "Factor", Kind.NUMBER, "×", "1 costs what is listed, 1.4 costs 40 % more."),
    ),
)
TAXES = Section(
    "taxes",
    "Taxes of other countries",
    "tax rate",
    (
        Field("country", "Country", hint="Two letters, such as DE.", fixed=True),
        Field("payers", "Paid by", Kind.CHOICE, options=get_args(Payers), fixed=True),
        Field("percent", "Tax", Kind.PERCENT, "%"),
        Field("note", "Why", hint="Customers read it.", required=False),
    ),
    key=("country", "payers"),
)
AGREEMENTS = Section(
    "agreements",
    "Agreements",
    "agreement",
    (
        Field("account", "Account", hint="The id of the customer's account.", fixed=True),
        Field("name", "Called", hint="The customer reads it in their prices."),
        Field("percent", "Taken off", Kind.PERCENT, "%", "Off all that is made."),
        Field(
            "material_rates",
            "Own prices of a kg",
            Kind.RATES,
            hint="One a line: the material's code and the price, such as PLA 55.00.",
            required=False,
        ),
        Field(
            "machine_rates",
            "Own rates of an hour",
            Kind.RATES,
            hint="One a line: the machine's code and the rate, such as fdm-250 2.20.",
            required=False,
        ),
        Field(
            "lead_times",
            "Own lead times",
            Kind.LEADS,
            hint="One a line: code, working days and factor, such as express 1 1.2.",
            required=False,
        ),
        Field("country", "Country", hint="For the tax; two letters.", required=False),
        Field("business", "A business", Kind.YES_NO, hint="For the tax."),
        Field(
            "valid_until",
            "Last day",
            Kind.DATE,
            hint="It still holds on that day, in UTC. Empty: without an end.",
            required=False,
        ),
    ),
    key=("account",),
)
SECTIONS: Mapping[str, Section] = {
    section.code: section
    for section in (
        GENERAL,
        MATERIALS,
        MACHINES,
        FINISHES,
        QUANTITY_BREAKS,
        LEAD_TIMES,
        TAXES,
        AGREEMENTS,
    )
}
