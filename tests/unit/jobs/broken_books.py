"""Price books that each break one rule: the field's path, the book, and what is said of it."""

from dataclasses import replace
from typing import Any

from jobs.pricing import Agreement, LeadTime, PriceBook, QuantityBreak, TaxRate, default_price_book
from jobs.pricing.agreement import OwnLeadTime, OwnRate
from tests.unit.jobs.books import PARTNER

BOOK = default_price_book()


def pla(**change: Any) -> PriceBook:
    return replace(BOOK, materials=(replace(BOOK.materials[0], **change), *BOOK.materials[1:]))


def machine(**change: Any) -> PriceBook:
    return replace(BOOK, machines=(replace(BOOK.machines[0], **change), *BOOK.machines[1:]))


def breaks(*pairs: tuple[int, float]) -> PriceBook:
    return replace(BOOK, quantity_breaks=tuple(QuantityBreak(*pair) for pair in pairs))


def leads(*entries: LeadTime) -> PriceBook:
    return replace(BOOK, lead_times=entries)


def agreed(**change: Any) -> PriceBook:
    fields = {"account": PARTNER, "name": "Bracket & Sons"} | change
    return replace(BOOK, agreements=(Agreement(**fields),))


BROKEN: list[tuple[str, PriceBook, str]] = [
    ("tax_percent", replace(BOOK, tax_percent=101.0), "0 to 100 %"),
    ("tax_percent", replace(BOOK, tax_percent=float("nan")), "0 to 100 %"),
    ("floor_minor", replace(BOOK, floor_minor=-1), "not negative"),
    ("currency", replace(BOOK, currency="euro"), "three capital letters"),
    ("currency", replace(BOOK, currency="JPY"), "with cents"),
    ("max_quantity", replace(BOOK, max_quantity=0), "1 to"),
    ("materials", replace(BOOK, materials=()), "at least one material"),
    ("materials.PLA.price_per_kg_minor", pla(price_per_kg_minor=-1.0), "not negative"),
    ("materials.PLA.price_per_kg_minor", pla(price_per_kg_minor=float("inf")), "Material PLA"),
    ("materials.PLA.density_g_cm3", pla(density_g_cm3=0.0), "above 0"),
    ("materials.PLA.waste", pla(waste=1.5), "0 to 100 %"),
    ("materials.PLA.color", pla(color="orange"), "#e8823a"),
    ("materials.PLA.name", pla(name=" "), "needs a name"),
    ("materials.PLA.profile", pla(profile="fdm-999"), "Choose one of"),
    ("materials.PLA.profile", pla(profile="sls-012"), "is for sls"),
    ("materials.PLA.machines", pla(machines=("fdm-999",)), "no machine “fdm-999”"),
    ("materials.PLA.machines", pla(machines=("sls-300",)), "for sls"),
    ("materials.PLA.machines", pla(machines=()), "at least one machine"),
    ("materials.PLA.finishes", pla(finishes=("gilded",)), "no finish “gilded”"),
    ("materials.PETG.code", pla(code="PETG"), "2 entries"),
    ("quantity_breaks.5.quantity", breaks((10, 5.0), (5, 8.0)), "before the one from 10"),
    ("quantity_breaks.5.quantity", breaks((5, 5.0), (5, 8.0)), "once"),
    ("quantity_breaks.10.percent", breaks((5, 9.0), (10, 8.0)), "takes off less"),
    ("quantity_breaks.5.percent", breaks((5, 120.0)), "0 to 100 %"),
    ("quantity_breaks.1.quantity", breaks((1, 5.0)), "begin at 2"),
    ("lead_times", leads(), "at least one lead time"),
    ("lead_times.standard.factor", leads(LeadTime("standard", "S", 5, 0.0)), "above 0"),
    ("lead_times.standard.days", leads(LeadTime("standard", "S", -1, 1.0)), "0 to 365"),
    ("taxes.DE-all.country", replace(BOOK, taxes=(TaxRate("DE", 1.0),) * 2), "keep one"),
    ("taxes.de-all.country", replace(BOOK, taxes=(TaxRate("de", 1.0),)), "two capital letters"),
    ("taxes.DE-all.percent", replace(BOOK, taxes=(TaxRate("DE", -1.0),)), "0 to 100 %"),
    ("agreements.me.account", agreed(account="me"), "no account's id"),
    (f"agreements.{PARTNER}.percent", agreed(percent=-5.0), "0 to 100 %"),
    (
        f"agreements.{PARTNER}.material_rates",
        agreed(material_rates=(OwnRate("GOLD", 1.0),)),
        "no material “GOLD”",
    ),
    (
        f"agreements.{PARTNER}.machine_rates",
        agreed(machine_rates=(OwnRate("fdm-250", -1.0),)),
        "must not be negative",
    ),
    (
        f"agreements.{PARTNER}.lead_times",
        agreed(lead_times=(OwnLeadTime("tomorrow", 1, 1.0),)),
        "no lead time “tomorrow”",
    ),
    (
        f"agreements.{PARTNER}.lead_times",
        agreed(lead_times=(OwnLeadTime("express", 1, -1.0),)),
        "above 0",
    ),
    (
        f"agreements.{PARTNER}.lead_times",
        agreed(lead_times=(OwnLeadTime("express", -1, 1.0),)),
        "0 to 365",
    ),
    (
        f"agreements.{PARTNER}.machine_rates",
        agreed(machine_rates=(OwnRate("fdm-250", 1.0),) * 2),
        "named 2 times",
    ),
    (
        f"agreements.{PARTNER}.account",
        replace(BOOK, agreements=(Agreement(PARTNER, "B"),) * 2),
        "2 agreements",
    ),
    (f"agreements.{PARTNER}.country", agreed(country="Germany"), "two capital letters"),
    (f"agreements.{PARTNER}.name", agreed(name=""), "needs a name"),
    ("machines.fdm-250.build_volume_mm", machine(build_volume_mm=(0.0, 1.0, 1.0)), "above 0 mm"),
    ("machines.fdm-250.spacing_mm", machine(spacing_mm=-1.0), "not be negative"),
    ("machines.a b.code", machine(code="a b"), "letters, digits"),
    ("materials.PLA.min_wall_mm", pla(min_wall_mm=-1.0), "0 to 100 mm"),
    ("materials.PLA.finishes", pla(finishes=()), "at least one finish"),
]
