"""What is answered to a quote."""

from uuid import uuid4

import pytest

from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.analyses.rough import rough, turned_box
from subgraphs.mes.quotes.quote import QuoteStatus, quote
from subgraphs.mes.refusal import Refusal
from tests.unit.mes.world import FILE, analysis, key, known, line


def test_a_stored_analysis_gives_a_price_that_is_not_rough() -> None:
    wanted = line()
    answer = quote(wanted, known({key(wanted): analysis()}))
    assert answer.status is QuoteStatus.READY
    assert answer.price is not None
    assert not answer.price.rough
    assert answer.request is None


def test_without_an_analysis_the_price_is_rough_and_says_what_is_missing() -> None:
    answer = quote(line(), known())
    assert answer.status is QuoteStatus.COMPUTING
    assert answer.price is not None
    assert answer.price.rough
    assert answer.request is not None
    assert answer.content_hash == FILE.content_hash


def test_a_model_that_is_not_known_yet_has_no_price_and_no_request() -> None:
    answer = quote(line(uuid4()), known())
    assert (answer.status, answer.price, answer.request) == (QuoteStatus.COMPUTING, None, None)


def test_a_refused_analysis_is_the_answer() -> None:
    wanted = line()
    why = Refusal("OUT_OF_MEMORY", "Too much.")
    answer = quote(wanted, known({key(wanted): why}))
    assert (answer.status, answer.refusal) == (QuoteStatus.UNAVAILABLE, why)


@pytest.mark.parametrize(
    ("rotation", "box"),
    [
        ((0, 0, 0), (10, 20, 30)),
        ((90, 0, 0), (10, 30, 20)),
        ((0, 90, 0), (30, 20, 10)),
        ((0, 0, -90), (20, 10, 30)),
        ((90, 90, 0), (20, 30, 10)),
        ((0, 0, 45), (21.2132, 21.2132, 30)),
    ],
)
def test_a_turned_box_is_the_box_around_it(
    rotation: tuple[float, float, float], box: tuple[float, float, float]
) -> None:
    assert turned_box((10, 20, 30), rotation) == pytest.approx(box, rel=1e-4)


def test_a_rough_estimate_follows_units_and_scale() -> None:
    found = rough(AnalysisRequest(uuid4(), "fdm-020", "CM", 0.5), FILE.facts)
    assert found.box_mm == pytest.approx((200, 150, 100))
    assert found.volume_mm3 == pytest.approx(8000 * 125)
    assert found.area_mm2 == pytest.approx(5000 * 25)
