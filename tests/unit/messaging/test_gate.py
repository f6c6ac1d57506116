"""The version gate: each aggregate's events in order, each once, none skipped."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.envelope import Aggregate, Envelope
from shared.messaging.gate import Outcome, through_gate
from shared.messaging.inbox_rows import Known

APPLIED, DUPLICATE, PARKED, KEPT, _ = Outcome


def event(aggregate: int, version: int) -> Envelope:
    return Envelope(
        id=UUID(int=aggregate * 1_000 + version),
        producer="shop",
        type="OrderExpired",
        schema_version=1,
        aggregate_type="order",
        aggregate_id=UUID(int=aggregate),
        aggregate_version=version,
        correlation_id=UUID(int=aggregate),
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        payload={},
        headers={},
    )


def known(versions: dict[int, int], *waiting: Envelope) -> Known:
    return Known(
        {Aggregate("shop", UUID(int=number)): version for number, version in versions.items()},
        frozenset(envelope.id for envelope in waiting),
        frozenset(),
    )


def test_the_next_is_applied_the_seen_is_a_duplicate_and_the_future_is_parked() -> None:
    batch = [event(1, 2), event(1, 3), event(1, 5)]
    assert through_gate(batch, known({1: 2})).outcomes == [DUPLICATE, APPLIED, PARKED]


def test_what_waits_is_kept_and_what_follows_it_is_parked_behind_it() -> None:
    batch = [event(1, 3), event(1, 4)]
    sorted_out = through_gate(batch, known({1: 2}, batch[0]))
    assert sorted_out.outcomes == [KEPT, PARKED]
    assert sorted_out.reached == {}


def test_a_waiting_one_that_took_effect_meanwhile_is_a_duplicate() -> None:
    batch = [event(1, 3)]
    assert through_gate(batch, known({1: 3}, batch[0])).outcomes == [DUPLICATE]


def test_a_batch_out_of_order_is_applied_in_order() -> None:
    batch = [event(1, 3), event(2, 1), event(1, 2), event(1, 1)]
    sorted_out = through_gate(batch, known({1: 0, 2: 0}))
    assert sorted_out.apply == [event(1, 1), event(1, 2), event(1, 3), event(2, 1)]
    assert sorted_out.outcomes == [APPLIED] * 4


_places = st.tuples(st.integers(1, 3), st.integers(1, 6))


@given(
    st.lists(_places, max_size=30),
    st.fixed_dictionaries(dict.fromkeys((1, 2, 3), st.integers(0, 4))),
    st.sets(_places, max_size=3),
)
def test_whatever_comes_versions_move_one_by_one_and_nothing_waiting_is_applied(
    places: list[tuple[int, int]], start: dict[int, int], waiting: set[tuple[int, int]]
) -> None:
    batch = [event(*place) for place in places]
    sorted_out = through_gate(batch, known(start, *(event(*place) for place in waiting)))
    reached = dict(start)
    for envelope in sorted_out.apply:
        number = envelope.aggregate_id.int
        assert envelope.aggregate_version == reached[number] + 1
        assert (number, envelope.aggregate_version) not in waiting
        reached[number] += 1
    for envelope in sorted_out.park:
        assert envelope.aggregate_version > reached[envelope.aggregate_id.int] + 1 or (
            (envelope.aggregate_id.int, reached[envelope.aggregate_id.int] + 1) in waiting
        )
    for number, version in reached.items():  # and all that could move did
        following = (number, version + 1)
        assert following in waiting or following not in places
    assert len(sorted_out.outcomes) == len(batch)
    assert {a.id.int: v for a, v in sorted_out.reached.items()} == {
        number: version for number, version in reached.items() if version != start[number]
    }
