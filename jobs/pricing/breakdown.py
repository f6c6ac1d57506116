"""The lines of a price: each says what it is for, in words, and together they are the total."""

from dataclasses import dataclass

from jobs.pricing.analysis import Analysis
from jobs.pricing.book import Finish, LeadTime, Material, PriceBook
from jobs.pricing.fit import Placement


@dataclass(frozen=True)
class Line:
    """`code`: material, machine, support, labour, setup, finish, finish_setup, quantity_break,
    lead_time, packaging, floor, tax. `per_part_minor` is None where the amount does not depend on
    the quantity; else amount = per part × quantity, exactly."""

    code: str
    label: str
    explanation: str
    per_part_minor: int | None
    amount_minor: int


@dataclass(frozen=True)
class Quantities:
    """The customer's choice and what it is made on."""

    material: Material
    finish: Finish
    quantity: int
    placement: Placement
    lead: LeadTime
    book: PriceBook

    @property
    def builds(self) -> int:
        """How often the machine is set up: once for filament and powder, which are refilled or
        shared between orders; once for each full plate of resin or wax."""
        if self.material.technology in ("fdm", "sls"):
            return 1
        return -(-self.quantity // self.placement.per_build)

    def per_part(self, code: str, label: str, explanation: str, minor: float) -> Line:
        each = round(minor)
        return Line(code, label, explanation, each, each * self.quantity)


def lines_of(analysis: Analysis, order: Quantities) -> tuple[Line, ...]:
    """All lines of the price, tax last. Lines of nothing are left out, but for the material."""
    discounted = [_material(analysis, order), _machine(analysis, order)]
    discounted += _support(analysis, order)
    discounted += _finish(analysis, order)
    once = _setup(order)
    lines = discounted + once
    lines += _quantity_break(discounted, order)
    lines += _lead_time(lines, order)
    lines += _packaging(analysis, order)
    lines += _floor(lines, order)
    lines += _tax(lines, order)
    return tuple(lines)


def _material(analysis: Analysis, order: Quantities) -> Line:
    material = order.material
    cm3 = analysis.material_mm3 / 1000
    grams = cm3 * material.density_g_cm3 * (1 + material.waste)
    waste = f", {material.waste * 100:g} % waste included" if material.waste else ""
    return order.per_part(
        "material",
        "Material",
        f"{cm3:.2f} cm³ of {material.name}, {grams:.1f} g{waste}, "
        f"at {_money(material.price_per_kg_minor, order)} for each kg",
        grams / 1000 * material.price_per_kg_minor,
    )


def _machine(analysis: Analysis, order: Quantities) -> Line:
    machine = order.placement.machine
    seconds = analysis.print_time_s
    shared = ""
    if order.material.technology in ("sla", "casting"):
        seconds = analysis.print_time_s * order.builds / order.quantity
        together = min(order.quantity, order.placement.per_build)
        shared = f", {together} in one build" if together > 1 else ""
    return order.per_part(
        "machine",
        "Machine time",
        f"{duration(seconds)} on {machine.name}{shared}, "
        f"at {_money(machine.rate_per_hour_minor, order)} for each hour",
        seconds / 3600 * machine.rate_per_hour_minor,
    )


def _support(analysis: Analysis, order: Quantities) -> list[Line]:
    material = order.material
    cm2 = analysis.support_contact_mm2 / 100
    removal = cm2 * material.support_removal_per_cm2_minor
    lines = []
    if round(removal):
        lines.append(
            order.per_part(
                "support",
                "Removing supports",
                f"{cm2:.1f} cm² of the part rest on supports, which are taken off by hand",
                removal,
            )
        )
    if material.labour_per_part_minor:
        lines.append(
            order.per_part(
                "labour",
                "Handling",
                "Taking the part off the machine, cleaning and checking it",
                material.labour_per_part_minor,
            )
        )
    return lines


def _finish(analysis: Analysis, order: Quantities) -> list[Line]:
    finish = order.finish
    cm2 = analysis.area_mm2 / 100
    minor = finish.per_part_minor + cm2 * finish.per_cm2_minor
    if not round(minor):
        return []
    words = f"{finish.description} {cm2:.0f} cm² of surface"
    return [order.per_part("finish", f"Finish: {finish.name}", words, minor)]


def _setup(order: Quantities) -> list[Line]:
    machine, builds = order.placement.machine, order.builds
    times = "once" if builds == 1 else f"{builds} times"
    lines = [
        Line(
            "setup",
            "Setup",
            f"Preparing the file and {machine.name}, {times}",
            None,
            machine.setup_minor * builds,
        )
    ]
    if order.finish.setup_minor:
        words = f"Preparing the bath or booth for {order.finish.name.lower()}, once"
        lines.append(Line("finish_setup", "Finish setup", words, None, order.finish.setup_minor))
    return lines


def _quantity_break(discounted: list[Line], order: Quantities) -> list[Line]:
    percent = order.book.discount_percent(order.quantity)
    each = round(sum(line.per_part_minor or 0 for line in discounted) * percent / 100)
    if not each:
        return []
    words = f"{percent:g} % off all that is made for each part, from {order.quantity} parts"
    return [Line("quantity_break", "Quantity discount", words, -each, -each * order.quantity)]


def _lead_time(lines: list[Line], order: Quantities) -> list[Line]:
    amount = round(sum(line.amount_minor for line in lines) * (order.lead.factor - 1))
    if not amount:
        return []
    words = f"{order.lead.name}: sent within {order.lead.days} working days"
    return [Line("lead_time", order.lead.name, words, None, amount)]


def _packaging(analysis: Analysis, order: Quantities) -> list[Line]:
    x, y, z = analysis.box_mm
    litres = x * y * z * order.quantity / 1e6
    amount = round(order.book.packaging_minor + litres * order.book.packaging_per_litre_minor)
    if not amount:
        return []
    return [Line("packaging", "Packaging", f"A box for {litres:.2g} litres of parts", None, amount)]


def _floor(lines: list[Line], order: Quantities) -> list[Line]:
    missing = order.book.floor_minor - sum(line.amount_minor for line in lines)
    if missing <= 0:
        return []
    words = f"The smallest order line is {_money(order.book.floor_minor, order)} before tax"
    return [Line("floor", "Minimum price", words, None, missing)]


def _tax(lines: list[Line], order: Quantities) -> list[Line]:
    percent = order.book.tax_percent
    amount = round(sum(line.amount_minor for line in lines) * percent / 100)
    if not percent:
        return []
    return [Line("tax", "Tax", f"{percent:g} % value added tax", None, amount)]


def duration(seconds: float) -> str:
    """Seconds in words: "3 h 05 min", "12 min", "40 s"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _money(minor: float, order: Quantities) -> str:
    return f"{minor / 100:,.2f} {order.book.currency}"
