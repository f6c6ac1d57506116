"""The same world under Hypothesis, which shrinks what it finds to the few acts that matter."""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.torture.simulation.faults import perform
from tests.torture.simulation.plan import FAULTS, LONGEST_PAUSE, TRAFFIC, Act
from tests.torture.simulation.run import judge
from tests.torture.simulation.world import World

EXAMPLES = int(os.environ.get("TORTURE_EXAMPLES", "25"))
_which = st.integers(0, 1 << 16)
_much = st.floats(0, 1, exclude_max=True)


class Torture(RuleBasedStateMachine):
    """Orders flow, faults befall them; in the end everything is where it belongs."""

    world: World | None = None

    @initialize(
        seed=st.integers(0, 1 << 32),
        replicas=st.sampled_from([1, 1, 2]),
        poison=st.sampled_from([0, 0, 30]),
        mishaps=st.sampled_from([0, 100]),
    )
    def begin(self, seed: int, replicas: int, poison: int, mishaps: int) -> None:
        self.world = World(seed, replicas=replicas).__enter__()
        self.world.curses.poison, self.world.curses.mishaps = poison, mishaps

    @rule(kind=st.sampled_from(sorted(set(TRAFFIC))), which=_which)
    def trade(self, kind: str, which: int) -> None:
        self._perform(Act(kind, which=which))

    @rule(kind=st.sampled_from(FAULTS), which=_which, much=_much)
    def harm(self, kind: str, which: int, much: float) -> None:
        self._perform(Act(kind, which=which, much=much))

    @rule(seconds=st.floats(0.001, LONGEST_PAUSE))
    def wait(self, seconds: float) -> None:
        assert self.world is not None
        self.world.pass_time(seconds)

    def teardown(self) -> None:
        if self.world is None:
            return
        try:
            _, broken = judge(self.world)
            assert not broken, "\n".join([*broken[:20], *self.world.history])
        finally:
            self.world.__exit__()

    def _perform(self, act: Act) -> None:
        assert self.world is not None
        perform(self.world, act)


TestTorture: Any = Torture.TestCase
TestTorture.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
