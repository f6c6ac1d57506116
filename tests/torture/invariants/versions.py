"""5: an aggregate's events are numbered 1..n, without gap or repeat."""

from tests.torture.invariants.report import Violation
from tests.torture.world import World

# Retention takes the oldest; what is left must still be without a gap up to the newest.
_BROKEN = """
select coalesce(a.id, o.aggregate_id) as id, a.version as counted, count(o.*) as rows,
       min(o.aggregate_version) as first, max(o.aggregate_version) as last,
       count(distinct o.aggregate_version) as versions
from aggregate a full join outbox o on o.aggregate_id = a.id
group by 1, 2
having a.version is null or count(o.*) = 0 or a.version <> max(o.aggregate_version)
    or count(distinct o.aggregate_version) <> count(o.*)
    or max(o.aggregate_version) - min(o.aggregate_version) + 1 <> count(o.*)
    or (min(o.aggregate_version) <> 1 and min(o.created_at) > now() - interval '30 days')
"""


async def are_without_gap(world: World) -> list[Violation]:
    """In each producer's outbox."""
    return [
        Violation(
            service,
            f"aggregate {row['id']}",
            f"counts {row['counted']} events; the outbox has {row['rows']} rows with"
            f" {row['versions']} versions from {row['first']} to {row['last']}",
            lost=max(0, (row["counted"] or 0) - row["versions"]),
        )
        for service in world.databases
        for row in await world.rows(service, _BROKEN)
    ]
