"""How long the board takes with many closed orders behind it.

    python -m tests.benchmarks.operator.board [ROWS]

Fills a PostgreSQL of its own with ROWS closed orders (ten million by default) and 2,000 open ones,
then prints the median and the 99th percentile of each query, in milliseconds.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.migrate import upgrade
from partline.embedded.ports import free_port
from partline.embedded.postgres.binaries import postgres_binaries
from partline.embedded.postgres.cluster import Cluster
from partline.provisioning import provision
from partline.supervisor.account import unprivileged_account
from subgraphs.operator.board import repository, service
from subgraphs.operator.board.service import Asked
from subgraphs.operator.work.lifecycle import WorkState
from tests.servers import PostgresServer, complete, running

CLOSED = 10_000_000
OPEN = 2_000
BATCH = 250_000
ROUNDS = 300
ME = UUID(int=7)

FILL = """
    insert into work_order (id, reference, state, version, owner_id, holder_id, holder_name, lines,
                            address, order_total, currency, pay, pay_rule, created_at, updated_at)
    select id, 'PL-' || upper(substr(md5(i::text), 1, 8)), state, 6, gen_random_uuid(),
           case state when 'AVAILABLE' then null
                else ('00000000-0000-0000-0000-00000000000' || i % 10)::uuid end,
           case state when 'AVAILABLE' then null else 'Otis Orr' end,
           '[{"line_id": "1", "model_id": "2", "file_name": "bracket.stl", "quantity": 1}]',
           '{"name": "Sam Shopper", "street": "Way 1", "city": "Town", "country": "DE"}',
           1277, 'EUR', 528, 1, now() - i * interval '3 seconds', now()
    from (select i, uuidv7(i * interval '-3 seconds') as id,
                 case when i > cast(:open as int)
                      then case when i % 50 = 0 then 'CANCELLED' else 'DELIVERED' end
                      else (array['AVAILABLE', 'CLAIMED', 'IN_PRODUCTION', 'SHIPPED'])[1 + i % 4]
                 end as state
          from generate_series(cast(:low as int), cast(:high as int)) i) as made
"""


async def main(closed: int, url: str) -> None:
    database = Database(url, name="benchmark", statement_seconds=3_600)
    started = time.perf_counter()
    for low in range(1, closed + OPEN + 1, BATCH):
        high = min(low + BATCH - 1, closed + OPEN)
        async with database.transaction() as session:
            await session.execute(sa.text(FILL), {"low": low, "high": high, "open": OPEN})
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(sa.text("vacuum analyze work_order"))
        size = await autocommit.scalar(
            sa.text("select pg_size_pretty(pg_total_relation_size('work_order'))")
        )
    print(f"{closed + OPEN:,} orders, {size}, filled in {time.perf_counter() - started:.0f} s")
    for name, query in queries().items():
        await measure(database, name, query)
    await database.close()


def queries() -> dict[str, Callable[[AsyncSession], Awaitable[object]]]:
    everything = Asked(states=tuple(WorkState))
    return {
        "first page": lambda session: service.page(session, Asked()),
        "my first page": lambda session: service.page(session, Asked(holder=ME)),
        "closed ones too": lambda session: service.page(session, everything),
        "page 1,000": lambda session: page_at(session, everything, 25_000),
        "search": lambda session: service.page(session, Asked(search=secrets.token_hex(2))),
        "counts": repository.counts,
    }


async def page_at(session: AsyncSession, asked: Asked, place: int) -> object:
    """The page below the `place`-th row, as its cursor would ask for it."""
    cursor = (datetime.now(UTC) - timedelta(seconds=3 * place), UUID(int=0))
    query = repository.page_query(asked.wanted, cursor, 26)
    return await repository.rows(session, query)


async def measure(
    database: Database, name: str, query: Callable[[AsyncSession], Awaitable[object]]
) -> None:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        async with database.reading() as session:
            await query(session)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    print(f"{name:<16} p50 {taken[ROUNDS // 2]:7.2f} ms   p99 {taken[ROUNDS * 99 // 100]:7.2f} ms")


@contextmanager
def own_postgres() -> Iterator[str]:
    """The address of an operator's database in a PostgreSQL that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="partline-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        account = unprivileged_account()
        cluster = Cluster(
            binaries=postgres_binaries(account, folder),
            folder=folder / "postgres",
            port=free_port(),
            password=secrets.token_urlsafe(16),
            account=account,
            durable=False,
        )
        cluster.prepare()
        server = PostgresServer(cluster, {"operator": secrets.token_urlsafe(16)})
        with running(cluster.program(), folder / "postgres.log"):
            complete(lambda: provision(cluster.dsn, server.passwords))
            url = server.dsn("operator")
            upgrade("operator", url)
            yield url


if __name__ == "__main__":
    with own_postgres() as url:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CLOSED, url))
