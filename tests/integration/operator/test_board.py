"""The board: newest first, the same cost on every page, whatever lies behind it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from db.engine import Database
from db.migrate import difference
from shared.errors import Invalid
from shared.ids import new_id, order_reference
from subgraphs.operator.board import repository, service
from subgraphs.operator.board.repository import Wanted
from subgraphs.operator.board.service import Asked
from subgraphs.operator.metadata import metadata
from subgraphs.operator.work.lifecycle import OPEN_STATES, WorkState
from subgraphs.operator.work.tables import WorkOrder
from tests.integration.operator.world import confirm

HOLDER = UUID(int=7)

MANY = """
    insert into work_order (id, reference, state, version, owner_id, holder_id, lines, address,
                            order_total, currency, pay, pay_rule, created_at, updated_at)
    select gen_random_uuid(), 'PL-' || upper(substr(md5(i::text), 1, 8)),
           case when i % 1000 = 0 then 'CLAIMED' when i % 1001 = 0 then 'SHIPPED'
                else 'DELIVERED' end,
           1, gen_random_uuid(),
           ('00000000-0000-0000-0000-00000000000' || i % 10)::uuid,
           '[]', '{}', 100, 'EUR', 10, 1, now() - i * interval '1 second', now()
    from generate_series(1, :rows) i
"""


async def fill(database: Database, rows: int) -> None:
    async with database.transaction() as session:
        await session.execute(sa.text(MANY), {"rows": rows})
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(sa.text("analyze work_order"))


async def plan(database: Database, query: "sa.Select[tuple[WorkOrder]]") -> str:
    """EXPLAIN's lines for `query`."""
    compiled = query.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    async with database.engine.connect() as connection:
        lines = await connection.exec_driver_sql(f"explain {str(compiled).replace('%%', '%')}")
        return "\n".join(line for (line,) in lines.all())


async def test_a_page_needs_neither_a_sequential_scan_nor_a_sort(database: Database) -> None:
    await fill(database, 50_000)
    later = (datetime.now(UTC) - timedelta(hours=1), new_id())
    for wanted in (
        Wanted(OPEN_STATES),
        Wanted(tuple(WorkState)),
        Wanted((WorkState.DELIVERED,)),
        Wanted(tuple(WorkState), HOLDER),
    ):
        for after in (None, later):
            lines = await plan(database, repository.page_query(wanted, after, 26))
            assert "Seq Scan" not in lines
            assert "Sort  (" not in lines
            assert "Index Scan using work_order" in lines


async def test_a_search_by_reference_uses_its_index(database: Database) -> None:
    await fill(database, 50_000)
    lines = await plan(database, repository.search_query("PL-C4CA", Wanted(()), None, 26))
    assert "Seq Scan" not in lines
    assert "work_order_reference" in lines


async def test_pages_follow_each_other_newest_first_without_gap_or_repeat(
    database: Database,
) -> None:
    ids = [await confirm(database) for _ in range(7)]
    seen: list[UUID] = []
    after: str | None = None
    while True:
        async with database.reading() as session:
            page = await service.page(session, Asked(), first=3, after=after)
        seen += [row.id for row in page.rows]
        after = page.end_cursor
        if not page.has_next_page:
            break
    assert seen == list(reversed(ids))


async def test_work_is_found_by_the_beginning_of_its_reference(database: Database) -> None:
    wanted, *_ = [await confirm(database) for _ in range(5)]
    typed = order_reference(wanted).lower()[3:8]
    async with database.reading() as session:
        page = await service.page(session, Asked(search=typed))
    assert [row.id for row in page.rows] == [wanted]


async def test_counts_leave_closed_work_out(database: Database) -> None:
    await fill(database, 3_000)
    await confirm(database)
    async with database.reading() as session:
        counts = await repository.counts(session)
    assert counts[WorkState.AVAILABLE] == 1
    assert counts[WorkState.CLAIMED] == 3
    assert WorkState.DELIVERED not in counts


async def test_a_cursor_that_was_never_given_is_refused(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(Invalid):
            await service.page(session, Asked(), after="nonsense")


def test_the_tables_are_what_the_migrations_make(operator_url: str) -> None:
    difference("operator", operator_url, metadata)
