"""The check of a model: what it is, and what should be known before it is made."""

from collections.abc import Iterator, Sequence

from jobs.meshes import Mesh
from jobs.meshes.measures import Measures, measure
from jobs.models.report import ModelReport, ModelWarning
from jobs.models.units import UnitGuess, guess_unit

BuildVolume = tuple[float, float, float]
LARGE_MODEL = 1_000_000
THIN_MM = 0.8
SMALL_MM = 3.0


def check(
    mesh: Mesh,
    build_volumes: Sequence[BuildVolume] = (),
    *,
    unit: str | None = None,
    measures: Measures | None = None,
) -> ModelReport:
    """Measure a mesh and say in words what is worth knowing.

    `build_volumes` are those of the machines, in mm; none means that size is not judged. `unit`
    overrides what the file says or what would be guessed. `measures` saves measuring it again.
    """
    found = measures or measure(mesh.triangles)
    guess = UnitGuess(unit, 1.0, ask=False) if unit else guess_unit(mesh.unit, max(found.box))
    x, y, z = (side * guess.mm for side in found.box)
    volume, area = found.volume * guess.mm**3, found.area * guess.mm**2
    return ModelReport(
        format=mesh.format,
        unit=guess.unit,
        unit_confidence=guess.confidence,
        ask_unit=guess.ask,
        box_mm=(x, y, z),
        volume_mm3=volume,
        area_mm2=area,
        triangles=mesh.count,
        bodies=found.bodies,
        objects=mesh.objects,
        watertight=found.closed,
        inverted=found.inverted,
        degenerate_triangles=found.degenerate,
        warnings=(
            *_size_warnings((x, y, z), guess, build_volumes),
            *_surface_warnings(found, mesh.count),
            *_wall_warnings(volume, area),
        ),
    )


def _size_warnings(
    box: BuildVolume, guess: UnitGuess, build_volumes: Sequence[BuildVolume]
) -> Iterator[ModelWarning]:
    size = " × ".join(f"{side:.4g}" for side in box)
    if guess.ask:
        yield ModelWarning(
            "UNITS_UNCERTAIN",
            "warning",
            f"The file does not say its unit. In {guess.unit} the part is {size} mm: "
            "check that this is its real size, or choose another unit.",
        )
    if max(box) < SMALL_MM:
        yield ModelWarning(
            "VERY_SMALL",
            "warning",
            f"The part is only {size} mm. If that is not meant, choose another unit or scale.",
        )
    if build_volumes and not any(_fits(box, volume) for volume in build_volumes):
        largest = max(build_volumes, key=lambda v: v[0] * v[1] * v[2])
        room = " × ".join(f"{side:.0f}" for side in largest)
        yield ModelWarning(
            "TOO_LARGE_FOR_MACHINES",
            "problem",
            f"The part is {size} mm; the largest machine takes {room} mm. Check the unit, scale "
            "the part down, or cut it in pieces.",
        )


def _surface_warnings(found: Measures, triangles: int) -> Iterator[ModelWarning]:
    if not found.closed:
        yield ModelWarning(
            "NOT_WATERTIGHT",
            "warning",
            "The surface has holes or edges that do not match, so volume and price are less "
            "certain and a person will look at it. Repair it in your CAD program if you can.",
        )
    if found.inverted:
        yield ModelWarning(
            "INSIDE_OUT",
            "note",
            "The triangles faced inwards; the part was turned inside out for you.",
        )
    if found.bodies > 1:
        yield ModelWarning(
            "SEVERAL_BODIES",
            "note",
            f"The file holds {found.bodies} separate bodies. They are made together as one part.",
        )
    if found.degenerate:
        yield ModelWarning(
            "DEGENERATE_TRIANGLES",
            "note",
            f"{found.degenerate:,} triangles have no area. They do no harm.",
        )
    if triangles > LARGE_MODEL:
        yield ModelWarning(
            "LARGE_MODEL",
            "note",
            f"The model has {triangles:,} triangles, far more than a printer can show. A coarser "
            "export (0.01 mm) uploads and computes faster.",
        )


def _wall_warnings(volume: float, area: float) -> Iterator[ModelWarning]:
    if volume <= 1e-9:
        yield ModelWarning(
            "NO_VOLUME",
            "problem",
            "The part encloses no volume: it is a surface without thickness. Give it a thickness "
            "in your CAD program and export it again.",
        )
    elif 2 * volume / area < THIN_MM:
        yield ModelWarning(
            "THIN_WALLS",
            "warning",
            f"On average the walls are {2 * volume / area:.2g} mm thick. Many materials need "
            f"{THIN_MM} mm or more.",
        )


def _fits(box: BuildVolume, volume: BuildVolume) -> bool:
    return all(side <= room + 0.01 for side, room in zip(sorted(box), sorted(volume), strict=True))
