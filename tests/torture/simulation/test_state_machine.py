"""The same world under Hypothesis, which shrinks what it finds to the few acts that matter."""

import os
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.torture.simulation.faults import perform
from tests.torture.simulation.plan import FAULTS, LONGEST_PAUSE, TRAFFIC, Act
from tests.torture.simulation.run import judge
from tests.torture.simulation.world import World

EXAMPLES = int(os.environ.get("TORTURE_EXAMPLES", "30"))
_which = st.integers(0, 1 << 16)
_much = st.floats(0, 1, exclude_max=True)
_pause = st.floats(0, LONGEST_PAUSE)
_FIRST_ORDERS = 3


class Torture(RuleBasedStateMachine):
    """Orders flow, faults of a few kinds befall them; in the end everything is where it belongs."""

    world: World | None = None

    @initialize(
        seed=st.integers(0, 1 << 32),
        replicas=st.sampled_from([1, 1, 2]),
        poison=st.sampled_from([0, 0, 30]),
        mishaps=st.sampled_from([0, 100]),
        kinds=st.lists(st.sampled_from(FAULTS), min_size=3, max_size=6, unique=True),
    )
    def begin(
        self, seed: int, replicas: int, poison: int, mishaps: int, kinds: Sequence[str]
    ) -> None:
        self.world = World(seed, replicas=replicas).__enter__()
        self.world.curses.poison, self.world.curses.mishaps = poison, mishaps
        self.kinds = kinds
        for _ in range(_FIRST_ORDERS):
            self.world.order()

    @rule(kind=st.sampled_from(sorted(set(TRAFFIC))), which=_which, pause=_pause)
    def trade(self, kind: str, which: int, pause: float) -> None:
        self._perform(Act(kind, pause, which))

    @rule(which=_which, much=_much, pause=_pause)
    def harm(self, which: int, much: float, pause: float) -> None:
        self._perform(Act(self.kinds[which % len(self.kinds)], pause, which // 8, much))

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
        self.world.pass_time(act.pause)


TestTorture: Any = Torture.TestCase
TestTorture.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
