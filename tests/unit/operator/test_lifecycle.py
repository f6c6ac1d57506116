"""The state table of work orders."""

from collections import deque
from uuid import UUID

import pytest

from subgraphs.operator.work.lifecycle import (
    OPEN_STATES,
    RULES,
    Step,
    WorkAction,
    WorkState,
    after,
    allowed_actions,
    already_taken,
)

OTIS = UUID(int=1)
OLGA = UUID(int=2)


def test_the_straight_way_leads_from_available_to_delivered() -> None:
    state: WorkState | None = WorkState.AVAILABLE
    for step in (Step.CLAIM, Step.START, Step.FINISH, Step.SHIP, Step.DELIVER):
        assert state is not None
        state = after(state, step)
    assert state is WorkState.DELIVERED


def test_scrapped_work_goes_back_to_the_board_and_rework_stays_with_its_maker() -> None:
    assert after(WorkState.IN_PRODUCTION, Step.SCRAP) is WorkState.AVAILABLE
    assert after(WorkState.PROBLEM, Step.SCRAP) is WorkState.AVAILABLE
    assert after(WorkState.IN_PRODUCTION, Step.REWORK) is WorkState.PROBLEM
    assert after(WorkState.PROBLEM, Step.RESUME) is WorkState.IN_PRODUCTION


@pytest.mark.parametrize("state", [WorkState.SHIPPED, WorkState.DELIVERED, WorkState.CANCELLED])
def test_what_has_left_cannot_be_cancelled(state: WorkState) -> None:
    assert after(state, Step.CANCEL) is None


def test_every_state_can_be_reached_and_only_the_two_ends_lead_nowhere() -> None:
    reached = {WorkState.AVAILABLE}
    waiting = deque(reached)
    while waiting:
        state = waiting.popleft()
        targets = {target for step in Step if (target := after(state, step))} - reached
        reached |= targets
        waiting.extend(targets)
    assert reached == set(WorkState)
    ends = {state for state in WorkState if not any(after(state, step) for step in Step)}
    assert ends == {WorkState.DELIVERED, WorkState.CANCELLED}
    assert set(OPEN_STATES) == set(WorkState) - ends


def test_every_step_and_every_action_has_a_rule() -> None:
    assert set(RULES) == set(Step)
    assert {rule.action for rule in RULES.values()} - {None} == set(WorkAction)


def test_free_work_can_only_be_claimed() -> None:
    assert allowed_actions(WorkState.AVAILABLE, None, OTIS) == (WorkAction.CLAIM,)


def test_claimed_work_belongs_to_who_claimed_it() -> None:
    mine = allowed_actions(WorkState.CLAIMED, OTIS, OTIS)
    assert mine == (WorkAction.RELEASE, WorkAction.START)
    assert allowed_actions(WorkState.CLAIMED, OTIS, OLGA) == ()


def test_made_parts_may_be_shipped_by_any_operator() -> None:
    assert allowed_actions(WorkState.MANUFACTURED, OTIS, OLGA) == (WorkAction.SHIP,)


def test_a_problem_is_offered_once_although_it_is_two_steps() -> None:
    actions = allowed_actions(WorkState.IN_PRODUCTION, OTIS, OTIS)
    assert actions == (WorkAction.REPORT_PROBLEM, WorkAction.FINISH)


def test_a_second_click_of_the_holder_counts_as_taken_and_of_another_does_not() -> None:
    assert already_taken(WorkState.CLAIMED, OTIS, Step.CLAIM, OTIS)
    assert not already_taken(WorkState.CLAIMED, OTIS, Step.CLAIM, OLGA)
    assert not already_taken(WorkState.IN_PRODUCTION, OTIS, Step.CLAIM, OTIS)
