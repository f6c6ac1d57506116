"""What happens in a run: a list of acts with pauses between them, drawn from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TRAFFIC = ("order", "order", "order", "edit", "cancel", "refused", "noise", "noise")
FAULTS = (
    "kill",
    "kill_in",
    "kill_all",
    "stop",
    "database_crash",
    "database_cut",
    "answers_lost",
    "database_slow",
    "database_clock",
    "new_timeline",
    "bus_wiped",
    "bus_down",
    "bus_loses",
    "bus_repeats",
    "bus_displaces",
    "bus_delays",
    "bus_refuses",
    "bus_confirms_nothing",
    "bus_forgets_acknowledgements",
    "rubbish",
    "forgery",
    "replay",
    "redrive",
)
IMPOSTOR = "impostor"
LONGEST_PAUSE = 1.5


@dataclass(frozen=True)
class Act:
    """`which` chooses among services, replicas or orders; `much` is from 0 to 1."""

    kind: str
    pause: float = 0.0
    which: int = 0
    much: float = 0.5


@dataclass(frozen=True)
class Plan:
    """`poison`, `deadly`, `mishaps`: of 1,000 (`curses.py`). `lost`: the chance that the bus loses
    a message, all the time."""

    seed: int
    acts: Sequence[Act]
    replicas: int = 1
    poison: int = 0
    deadly: int = 0
    mishaps: int = 0
    lost: float = 0.0


def drawn(seed: int) -> Plan:
    """The plan of a seed. Each has some kinds of faults and not others, so that rare meetings of
    two of them are not drowned by all the rest.

    Source: Groce et al., "Swarm Testing", ISSTA 2012.
    """
    chance = random.Random(seed)
    kinds = [kind for kind in FAULTS if chance.random() < 0.35]
    acts = [
        _act(chance, TRAFFIC if not kinds or chance.random() < 0.45 else kinds)
        for _ in range(chance.randint(10, 32))
    ]
    return Plan(
        seed=seed,
        acts=[Act("order"), *_with_impostors(seed, acts)],
        replicas=2 if chance.random() < 0.4 else 1,
        poison=_sometimes(chance, 0.3, 40),
        deadly=_sometimes(chance, 0.12, 15),
        mishaps=_sometimes(chance, 0.4, 250),
    )


def _with_impostors(seed: int, acts: Sequence[Act]) -> Sequence[Act]:
    """In some plans, by a chance of their own: those of the other seeds stay what they were."""
    chance = random.Random(f"{seed} impostors")
    mixed = list(acts)
    for _ in range(_sometimes(chance, 0.3, 4)):
        mixed.insert(chance.randrange(len(mixed) // 2, len(mixed) + 1), _act(chance, (IMPOSTOR,)))
    return mixed


def focused(seed: int, kinds: Sequence[str], **settings: Any) -> Plan:
    """Much of a few kinds of faults; `settings` are a plan's."""
    chance = random.Random(seed)
    acts = [_act(chance, chance.choice((TRAFFIC, kinds))) for _ in range(24)]
    return Plan(seed, [Act("order"), *acts], **settings)


def _act(chance: random.Random, kinds: Sequence[str]) -> Act:
    pause = chance.random() ** 3 * LONGEST_PAUSE
    return Act(chance.choice(kinds), pause, chance.randrange(1 << 16), chance.random())


def _sometimes(chance: random.Random, how_often: float, most: int) -> int:
    return chance.randint(1, most) if chance.random() < how_often else 0
