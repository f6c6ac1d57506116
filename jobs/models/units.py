"""Which unit a file without one was most likely drawn in."""

from dataclasses import dataclass

MM_PER_UNIT = {
    "mm": 1.0, "cm": 10.0, "m": 1000.0, "inch": 25.4, "foot": 304.8, "micron": 0.001,
}  # fmt: skip

SMALLEST_PLAUSIBLE_MM = 3.0
LARGEST_PLAUSIBLE_MM = 500.0
CERTAIN = 0.9


@dataclass(frozen=True)
class UnitGuess:
    """`unit` is mm, cm, m or inch (or what the file declares). `ask` when a person should confirm
    it: `confidence` is below 0.9."""

    unit: str
    confidence: float
    ask: bool

    @property
    def mm(self) -> float:
        """Millimetres in one unit."""
        return MM_PER_UNIT[self.unit]


def guess_unit(declared: str | None, longest_side: float) -> UnitGuess:
    """From the longest side of the box in file units. Nearly all files without a unit are in mm;
    parts below 3 mm are rare enough (6 % of real files) and parts over 500 mm rarer, so there
    another unit is likelier, and a person is asked."""
    if declared in MM_PER_UNIT:
        plausible = 0.5 <= longest_side * MM_PER_UNIT[declared] <= 2000
        confidence = 0.99 if plausible else 0.6
        return UnitGuess(declared, confidence, confidence < CERTAIN)
    if SMALLEST_PLAUSIBLE_MM <= longest_side <= LARGEST_PLAUSIBLE_MM:
        # 3 to 8 is a small part in mm as well as a hand-sized one in inches.
        confidence = 0.8 if longest_side < 8 else 0.97
        return UnitGuess("mm", confidence, confidence < CERTAIN)
    if longest_side > LARGEST_PLAUSIBLE_MM:
        return UnitGuess("mm", 0.6, ask=True)
    if longest_side < 0.5:
        return UnitGuess("m", 0.7, ask=True)
    return UnitGuess("inch", 0.5, ask=True)
