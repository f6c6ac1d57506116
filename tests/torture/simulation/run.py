"""One run: a plan is played, healed, brought to rest, judged, cured, judged and replayed."""

from dataclasses import dataclass, field

from tests.torture.simulation.faults import heal, perform
from tests.torture.simulation.invariants import business, unrest, violations
from tests.torture.simulation.outbox_rows import OUTBOX
from tests.torture.simulation.plan import FAULTS, Plan, drawn
from tests.torture.simulation.world import World

LONGEST_REST_SECONDS = 30.0
LONGEST_REST_WITH_DEADLY_SECONDS = 240.0
"""An event that kills its reader is tried ten times, each after a lease that ran out."""
COMMAND = "run it again: .venv/bin/python -m tests.torture.simulation {seed} --trace"
_LOOK_EVERY_SECONDS = 0.5
_REPLAYS = 2


@dataclass(frozen=True)
class Result:
    """`converged`: virtual seconds from the end of the faults until all had come to rest."""

    seed: int
    violations: list[str]
    history: list[str] = field(repr=False)
    steps: int
    events: int
    faults: int
    converged: float


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, result: Result) -> None:
        told = "\n".join(["", *result.violations[:20], "", COMMAND.format(seed=result.seed)])
        super().__init__(told)


def run_seed(seed: int) -> Result:
    """The run of a seed; the same seed gives the same run."""
    return run_plan(drawn(seed))


def run_plan(plan: Plan, *, reconciled: bool = True) -> Result:
    """`reconciled`: consumers compare themselves with their producers past the bus."""
    with World(plan.seed, replicas=plan.replicas, reconciled=reconciled) as world:
        curses = world.curses
        curses.poison, curses.deadly, curses.mishaps = plan.poison, plan.deadly, plan.mishaps
        world.bus.faults.lost = plan.lost
        for act in plan.acts:
            perform(world, act)
            world.pass_time(act.pause)
        converged, broken = judge(world)
        return Result(
            seed=plan.seed,
            violations=broken,
            history=world.history,
            steps=world.loop.steps,
            events=sum(len(s.database.store.table(OUTBOX)) for s in world.services.values()),
            faults=sum(act.kind in FAULTS for act in plan.acts),
            converged=converged,
        )


def judge(world: World) -> tuple[float, list[str]]:
    """End the faults; gives after how long all had come to rest, and what is broken.

    First with the poison's cause, then cured with all letters redriven, then replayed twice.
    """
    heal(world)
    ended = world.loop.time()
    broken = _rest(world) or violations(world, cured=False)
    converged = world.loop.time() - ended
    if broken:
        return converged, broken
    world.curses.cured = True
    world.curses.mishaps = 0
    world.discard(lambda row: row["type"] == "SimulatedNoise" or row["event_id"] in world.impostors)
    world.pass_time(_LOOK_EVERY_SECONDS)
    world.redrive()
    broken = _rest(world) or violations(world, cured=True)
    if broken:
        return converged, broken
    return converged, _replay(world)


def _rest(world: World) -> list[str]:
    """Let time pass until nothing is under way; gives what still is after too long."""
    deadly = world.curses.deadly and not world.curses.cured
    longest = LONGEST_REST_WITH_DEADLY_SECONDS if deadly else LONGEST_REST_SECONDS
    deadline = world.loop.time() + longest
    while True:
        world.pass_time(_LOOK_EVERY_SECONDS)
        if next(unrest(world), None) is None:
            return []
        if world.loop.time() > deadline:
            return [f"6: after {longest} s: {why}" for why in unrest(world)]


def _replay(world: World) -> list[str]:
    before = business(world)
    for _ in range(_REPLAYS):
        for producer in world.services:
            world.replay(producer)
    while world.bus.backlog():
        world.pass_time(_LOOK_EVERY_SECONDS)
    broken = _rest(world) or violations(world, cured=True)
    after = business(world)
    return broken + [
        f"14: a replay changed {name}" for name in before if before[name] != after[name]
    ]
