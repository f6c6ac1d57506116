"""Checking and drawing models: `check` (jobs.models.check), `preview` (PNG), `viewer_glb`, and the
demo parts (`jobs.models.samples`). Services call `jobs.models.entry.inspect` in the sandbox and
read its answer with `ModelReport.from_dict`; this package itself does not load numpy."""

from jobs.models.report import ModelReport, ModelWarning, RepairOffer
from jobs.models.units import MM_PER_UNIT, UnitGuess, guess_unit

__all__ = ["MM_PER_UNIT", "ModelReport", "ModelWarning", "RepairOffer", "UnitGuess", "guess_unit"]
