"""The lines that an order pays once, however many parts it has: preparing and packing them."""

from jobs.pricing.analysis import Analysis
from jobs.pricing.line import Choice, Line
from jobs.pricing.rounding import exact, whole

PER_MODEL = "programming"
PER_MATERIAL = "material_setup"


def prepared(choice: Choice) -> list[Line]:
    """Programming, loading the material, setting up the machine and the finish."""
    material, machine, finish = choice.material, choice.placement.machine, choice.finish
    builds = choice.builds
    times = "once" if builds == 1 else f"{builds:,} times at {choice.money(machine.setup_minor)}"
    lines = [
        Line(
            PER_MODEL,
            "Programming",
            "Laying the model out for the machine and checking the result, once for the model",
            None,
            material.programming_minor,
        ),
        Line(
            PER_MATERIAL,
            "Preparing the material",
            f"Getting {material.name} ready, once for all that is ordered in it",
            None,
            material.setup_minor,
        ),
        Line(
            "setup",
            "Setup",
            f"Preparing {machine.name}, {times}",
            None,
            machine.setup_minor * builds,
        ),
        Line(
            "finish_setup",
            "Finish setup",
            f"Preparing the bath or booth for {finish.name.lower()}, once",
            None,
            finish.setup_minor,
        ),
    ]
    return [line for line in lines if line.amount_minor and line.code not in choice.paid]


def packaging(analysis: Analysis, choice: Choice) -> list[Line]:
    """The box that the parts are sent in."""
    x, y, z = (exact(side) for side in analysis.box_mm)
    litres = x * y * z * choice.quantity / 1_000_000
    rate = choice.book.packaging_per_litre_minor
    amount = whole(exact(choice.book.packaging_minor) + litres * exact(rate))
    if not amount:
        return []
    parts = choice.each("the part", "parts")
    words = f"A box for {parts}, {float(litres):.2g} litres, {choice.money(rate)} for each litre"
    if choice.book.packaging_minor:
        words += f" and {choice.money(choice.book.packaging_minor)} for the box"
    return [Line("packaging", "Packaging", words, None, amount)]
