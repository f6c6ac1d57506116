"""18: no lease, transaction or lock is left over, and no process grew without end."""

from collections.abc import Mapping, Sequence

from tests.torture.invariants.report import Violation
from tests.torture.world import World

RELAY_LOCKS = 1
GROWTH = 1.5
SPARE_BYTES = 100 * 1024 * 1024
_WARM = 0.25
_OPEN = """
select pid, application_name, state, age(clock_timestamp(), xact_start)::text as age, query
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
  and xact_start < clock_timestamp() - interval '10 seconds'
"""
_LOCKS = """
select l.objid, l.classid, array_agg(l.pid) as pids from pg_locks l
where l.locktype = 'advisory' and l.granted
  and l.database = (select oid from pg_database where datname = current_database())
  and exists (select from pg_stat_activity a where a.pid = l.pid and a.state = 'idle')
group by 1, 2
"""
_PREPARED = "select gid from pg_prepared_xacts where database = current_database()"
_LEASES: Mapping[str, str] = {
    "mes": """
        select id, 'pricing job' as what, stage as state, lease_until from pricing_job
        where stage in ('queued', 'running')
           or (lease_token is not null and stage <> 'running')
    """,
    "editor": """
        select id, 'model' as what, status as state, lease_until from model
        where (status = 'processing') or (lease_token is not null and status <> 'processing')
    """,
    "notification": """
        select id, 'message' as what, state, due_at as lease_until from notification
        where state = 'PENDING'
        union all
        select d.id, 'webhook call', d.state, d.due_at from webhook_delivery d
        join webhook w on w.id = d.webhook_id
        where d.state = 'PENDING' and w.disabled_at is null
    """,
}


async def nothing_is_left(world: World) -> list[Violation]:
    """In the databases, and in the samples of the processes' memory."""
    wrong: list[Violation] = []
    for service in world.databases:
        wrong += await _transactions(world, service)
        wrong += await _locks(world, service)
    for service, sql in _LEASES.items():
        wrong += [
            Violation(
                service,
                f"{row['what']} {row['id']}",
                f"is still {row['state']}, leased until {row['lease_until']}",
            )
            for row in await world.rows(service, sql)
        ]
    return wrong + [
        Violation(name, "memory", text)
        for name, samples in world.memory.items()
        if (text := grown(samples)) is not None
    ]


async def _transactions(world: World, service: str) -> list[Violation]:
    wrong = [
        Violation(
            service,
            f"session {row['pid']} ({row['application_name']})",
            f"has been in a transaction for {row['age']}: {row['query'][:200]}",
        )
        for row in await world.rows(service, _OPEN)
    ]
    return wrong + [
        Violation(service, f"prepared transaction {row['gid']}", "was left behind")
        for row in await world.rows(service, _PREPARED)
    ]


async def _locks(world: World, service: str) -> list[Violation]:
    """A running relay holds one for its session; what a command takes ends with its transaction."""
    held = await world.rows(service, _LOCKS)
    if len(held) <= RELAY_LOCKS:
        return []
    locks = ", ".join(f"{row['classid']}/{row['objid']} by {row['pids']}" for row in held)
    return [Violation(service, "advisory locks", f"are held by idle sessions: {locks}")]


def grown(samples: Sequence[int]) -> str | None:
    """What is wrong with a process whose resident bytes were these, oldest first; None if nothing.

    The first quarter is warming up. After that a process may grow by half and 100 MB.
    """
    settled = samples[int(len(samples) * _WARM) :]
    if len(settled) < 2:
        return None
    first, last = settled[0], settled[-1]
    if last <= first * GROWTH + SPARE_BYTES:
        return None
    return f"grew from {first / 1e6:.0f} MB to {last / 1e6:.0f} MB"
