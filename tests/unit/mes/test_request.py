"""The key under which an analysis is kept."""

from dataclasses import replace
from uuid import uuid4

import pytest

from jobs.pricing.profiles import FdmProfile, fingerprint, profile
from subgraphs.mes.analyses.request import AnalysisRequest

REQUEST = AnalysisRequest(uuid4(), "fdm-020")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"units": "INCH"}, {"units": "MM", "scale": 25.4}),
        ({"units": "CM", "scale": 0.1}, {}),
        ({"rotation": (360.0, 0.0, -720.0)}, {}),
        ({"rotation": (-90.0, 0.0, 0.0)}, {"rotation": (270.0, 0.0, 0.0)}),
        ({"model_id": uuid4()}, {}),
    ],
)
def test_requests_with_the_same_answer_share_a_key(
    one: dict[str, object], other: dict[str, object]
) -> None:
    first, second = replace(REQUEST, **one), replace(REQUEST, **other)  # type: ignore[arg-type]
    assert first.key("hash") == second.key("hash")


@pytest.mark.parametrize(
    "change",
    [
        {"profile": "sla-005"},
        {"units": "CM"},
        {"scale": 1.001},
        {"rotation": (0.0, 0.0, 90.0)},
        {"rotation": (0.0, 90.0, 0.0)},
    ],
)
def test_requests_with_another_answer_have_another_key(change: dict[str, object]) -> None:
    assert replace(REQUEST, **change).key("hash") != REQUEST.key("hash")  # type: ignore[arg-type]
    assert REQUEST.key("another hash") != REQUEST.key("hash")


def test_a_profile_that_is_calibrated_anew_has_other_keys() -> None:
    before = profile("fdm-020")
    assert isinstance(before, FdmProfile)
    after = replace(before, calibration=replace(before.calibration, anchor_mm=9.0))
    assert fingerprint(before) != fingerprint(after)
    assert fingerprint(before) in REQUEST.key("hash")


def test_a_request_survives_being_stored() -> None:
    request = AnalysisRequest(uuid4(), "fdm-020", "INCH", 0.5, (1.0, 2.0, 3.0))
    assert AnalysisRequest.from_dict(request.to_dict()) == request
