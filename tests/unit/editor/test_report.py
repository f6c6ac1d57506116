"""What other services are told of a checked model."""

from dataclasses import replace

import pytest

from jobs.models.report import ModelReport, ModelWarning
from jobs.rejection import ModelRejected
from subgraphs.editor.models.report import facts_of, usable

REPORT = ModelReport(
    format="stl",
    unit="inch",
    unit_confidence=0.6,
    ask_unit=True,
    box_mm=(25.4, 25.4, 25.4),
    volume_mm3=16387.0,
    area_mm2=3871.0,
    triangles=12,
    bodies=1,
    objects=1,
    watertight=True,
    inverted=False,
    degenerate_triangles=0,
    warnings=(
        ModelWarning("UNITS_UNCERTAIN", "warning", "Check the unit."),
        ModelWarning("LARGE_MODEL", "note", "It is fine."),
    ),
)


def test_facts_speak_of_the_unit_as_the_graph_does_and_leave_notes_out() -> None:
    facts = facts_of(REPORT)
    assert facts.units == "INCH"
    assert not facts.units_certain
    assert facts.warnings == ("Check the unit.",)


def test_a_file_in_feet_is_refused_rather_than_made_at_another_size() -> None:
    with pytest.raises(ModelRejected) as refused:
        usable(replace(REPORT, unit="foot"))
    assert refused.value.code == "UNIT_NOT_OFFERED"
    assert usable(REPORT) is REPORT
