"""What must hold once a tortured system has come to rest, asked by SQL and not of the services."""

import time
from collections.abc import Sequence

import asyncpg

from tests.torture.invariants.acknowledged_orders import exist_as_sent, one_key_one_order
from tests.torture.invariants.commands import told_is_done
from tests.torture.invariants.dead_letters import are_the_poison
from tests.torture.invariants.deliveries import are_confirmed, reach_each_subscriber_once
from tests.torture.invariants.effects import calls_are_in_order, counters_equal_events
from tests.torture.invariants.journeys import are_whole
from tests.torture.invariants.money import books_balance
from tests.torture.invariants.notices import are_intended_once
from tests.torture.invariants.order_paths import paths_are_documented
from tests.torture.invariants.prices import are_one_a_revision
from tests.torture.invariants.remains import nothing_is_left
from tests.torture.invariants.replayed import projections_are_rebuilt, twice_changes_nothing
from tests.torture.invariants.report import Finding, Invariant, Report, Violation
from tests.torture.invariants.stored_objects import belong_to_rows
from tests.torture.invariants.versions import are_without_gap
from tests.torture.world import World

__all__ = ["ALL", "Finding", "Invariant", "Report", "Violation", "check_all"]

ALL: Sequence[Invariant] = (
    Invariant(1, "every acknowledged order exists with the content that was sent", exist_as_sent),
    Invariant(2, "one idempotency key, one order, one answer", one_key_one_order),
    Invariant(3, "no rolled-back command left an event", told_is_done),
    Invariant(4, "each order took a documented path to one end or a human", paths_are_documented),
    Invariant(5, "aggregate versions are 1..n", are_without_gap),
    Invariant(6, "every outbox row is published and confirmed by each reader", are_confirmed),
    Invariant(7, "each subscriber has each event in exactly one place", reach_each_subscriber_once),
    Invariant(8, "each handler's counter equals its distinct events", counters_equal_events),
    Invariant(9, "handlers saw each aggregate's events in order", calls_are_in_order),
    Invariant(10, "each step is paid once by the rates, debits equal credits", books_balance),
    Invariant(11, "intents to notify are there exactly once", are_intended_once),
    Invariant(12, "one price for each revision, and no stale token wrote", are_one_a_revision),
    Invariant(13, "dead letters are exactly the poison", are_the_poison),
    Invariant(14, "replaying all outboxes twice changes no table", twice_changes_nothing),
    Invariant(15, "projections rebuilt from events equal the live ones", projections_are_rebuilt),
    Invariant(16, "each stored object has a row and the reverse", belong_to_rows),
    Invariant(17, "every journey has one correlation id and no gap", are_whole),
    Invariant(18, "no lease, transaction, lock or memory is left over", nothing_is_left),
)
_CHANGING = twice_changes_nothing


async def check_all(world: World, only: Sequence[int] = ()) -> Report:
    """Look at all of them, or at those with the numbers `only`; the one that writes comes last.

    One that cannot be looked at is broken: what is not known does not hold.
    """
    wanted = [invariant for invariant in ALL if not only or invariant.number in only]
    findings = []
    for invariant in sorted(wanted, key=lambda i: i.check is _CHANGING):
        began = time.monotonic()
        try:
            violations = await invariant.check(world)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            violations = [Violation("rig", "looking", f"{type(error).__name__}: {error}")]
        findings.append(Finding(invariant, violations, time.monotonic() - began))
    return Report(sorted(findings, key=lambda finding: finding.invariant.number))
