"""The lines that grow with the quantity: material, machine, supports, labour, finish."""

from jobs.pricing.analysis import Analysis
from jobs.pricing.line import Choice, Line, duration
from jobs.pricing.rounding import exact, whole


def made(analysis: Analysis, choice: Choice) -> list[Line]:
    """What making the parts costs, for all of them."""
    lines = [_material(analysis, choice), _machine(analysis, choice)]
    lines += _support(analysis, choice)
    lines += _labour(analysis, choice)
    lines += _finish(analysis, choice)
    return lines


def _material(analysis: Analysis, choice: Choice) -> Line:
    material = choice.material
    grams = (
        exact(analysis.material_mm3)
        * choice.quantity
        * exact(material.density_g_cm3)
        * (1 + exact(material.waste))
        / 1000
    )
    cm3 = f"{analysis.material_mm3 / 1000:.2f} cm³ of {material.name}"
    waste = f" with {material.waste * 100:g} % waste" if material.waste else ""
    rate = choice.money(material.price_per_kg_minor)
    return choice.for_all(
        "material",
        "Material",
        f"{choice.each(cm3, f'parts of {cm3} each')}, {_mass(float(grams))}"
        f"{choice.in_all}{waste}, at {rate} for each kg{choice.own_material_rate}",
        grams / 1000 * exact(material.price_per_kg_minor),
    )


def _machine(analysis: Analysis, choice: Choice) -> Line:
    machine, one = choice.placement.machine, analysis.print_time_s
    seconds = exact(one) * choice.runs
    if choice.material.technology in ("sla", "casting"):
        words = _in_builds(one, choice)
    else:
        words = choice.each("", f"parts of {duration(one)} each, ")
    return choice.for_all(
        "machine",
        "Machine time",
        f"{words}{duration(float(seconds))}{choice.in_all} on {machine.name}, "
        f"at {choice.money(machine.rate_per_hour_minor)} for each hour{choice.own_machine_rate}",
        seconds * exact(machine.rate_per_hour_minor) / 3600,
    )


def _in_builds(seconds: float, choice: Choice) -> str:
    together = min(choice.quantity, choice.placement.per_build)
    if choice.quantity == 1:
        return ""
    if choice.builds == 1:
        return f"{together:,} in one build, "
    return f"{choice.builds:,} builds of up to {together:,} parts and {duration(seconds)} each, "


def _support(analysis: Analysis, choice: Choice) -> list[Line]:
    rate = choice.material.support_removal_per_cm2_minor
    minor = exact(analysis.support_contact_mm2) / 100 * choice.quantity * exact(rate)
    if not whole(minor):
        return []
    cm2 = f"{analysis.support_contact_mm2 / 100:.1f} cm²"
    words = choice.each(
        f"{cm2} of the part rest on supports", f"parts with {cm2} each that rest on supports"
    )
    return [
        choice.for_all(
            "support",
            "Removing supports",
            f"{words}, which are taken off by hand, at {choice.money(rate)} for each cm²",
            minor,
        )
    ]


def _labour(analysis: Analysis, choice: Choice) -> list[Line]:
    material, further = choice.material, max(0, analysis.bodies - 1)
    bodies = further * material.labour_per_body_minor
    minor = exact((material.labour_per_part_minor + bodies) * choice.quantity)
    if not minor:
        return []
    words = choice.each(
        "Taking the part off the machine, cleaning and checking it",
        "parts to take off the machine, clean and check",
    )
    words += f", at {choice.money(material.labour_per_part_minor)} for each part"
    if bodies:
        more = "1 more loose piece" if further == 1 else f"{further:,} more loose pieces"
        rate = choice.money(material.labour_per_body_minor)
        which = "in it" if choice.quantity == 1 else "in each"
        words += f"; {more} {which}, at {rate} for each piece"
    return [choice.for_all("labour", "Handling", words, minor)]


def _finish(analysis: Analysis, choice: Choice) -> list[Line]:
    finish = choice.finish
    area = exact(analysis.area_mm2) / 100 * exact(finish.per_cm2_minor)
    minor = (exact(finish.per_part_minor) + area) * choice.quantity
    if not whole(minor):
        return []
    rates = []
    if finish.per_part_minor:
        rates.append(f"{choice.money(finish.per_part_minor)} for each part")
    if finish.per_cm2_minor:
        rates.append(f"{choice.money(finish.per_cm2_minor)} for each cm²")
    cm2 = f"{analysis.area_mm2 / 100:,.0f} cm² of surface"
    words = (
        f"{finish.description} {choice.each(cm2, f'parts with {cm2} each')}, "
        f"at {' and '.join(rates)}"
    )
    return [choice.for_all("finish", f"Finish: {finish.name}", words, minor)]


def _mass(grams: float) -> str:
    return f"{grams:,.1f} g" if grams < 1000 else f"{grams / 1000:,.2f} kg"
