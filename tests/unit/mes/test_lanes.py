"""The rules of the two lanes, and of who sees a price."""

from uuid import uuid4

from shared.identity import Identity
from subgraphs.mes.orders.access import may_see
from subgraphs.mes.pricing_jobs.stage import Lane, expected_seconds, lane_of


def test_partners_have_a_lane_of_their_own() -> None:
    assert lane_of("PARTNER") is Lane.PRIORITY
    assert lane_of("SHOP") is Lane.REGULAR


def test_the_expected_time_counts_who_is_ahead_and_the_job_itself() -> None:
    assert expected_seconds(ahead=0, analyses=1, typical=2.0, slots=2) == 2.0
    assert expected_seconds(ahead=4, analyses=3, typical=2.0, slots=2) == 10.0


def test_everybody_of_a_partner_sees_its_prices() -> None:
    partner, owner = uuid4(), uuid4()
    colleague = Identity(subject=uuid4(), roles=frozenset({"partner"}), partner=partner)
    assert may_see(colleague, owner, partner)
    assert not may_see(colleague, owner, None)
    assert not may_see(colleague, owner, uuid4())
