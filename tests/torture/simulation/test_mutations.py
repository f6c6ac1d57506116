"""A simulation that stays green without a safeguard is worth nothing: each is taken out once."""

import pytest

from tests.torture.simulation.mutations import MUTATIONS, Mutation
from tests.torture.simulation.plan import Plan, focused
from tests.torture.simulation.run import run_plan

_MOST_SEEDS = 100


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_taking_out_a_safeguard_is_noticed(mutation: Mutation) -> None:
    for seed in range(mutation.begin, mutation.begin + _MOST_SEEDS):
        plan = _plan(mutation, seed)
        with mutation.take_out():
            broken = run_plan(plan, reconciled=mutation.reconciled).violations
        if broken:
            sound = run_plan(plan, reconciled=mutation.reconciled).violations
            assert not sound, f"seed {seed} is broken with the safeguard as well: {sound}"
            return
    pytest.fail(f"{_MOST_SEEDS} seeds are green without {mutation.name}")


def _plan(mutation: Mutation, seed: int) -> Plan:
    return focused(
        seed,
        mutation.kinds,
        replicas=mutation.replicas,
        deadly=mutation.deadly,
        lost=mutation.lost,
    )
