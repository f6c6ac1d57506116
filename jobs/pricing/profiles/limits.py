"""What a process can make at all."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """mm: the largest box of a part on the largest machine, the thinnest wall and the narrowest
    hole that come out of it. Holes are not measured: their limit is for people to read."""

    box_mm: tuple[float, float, float]
    wall_mm: float
    hole_mm: float

    @property
    def sentence(self) -> str:
        """For people who choose a process."""
        x, y, z = self.box_mm
        return (
            f"Parts up to {x:g} × {y:g} × {z:g} mm, walls from {self.wall_mm:g} mm, "
            f"holes from {self.hole_mm:g} mm."
        )
