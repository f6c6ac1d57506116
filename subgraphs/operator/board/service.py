"""Pages of the board: newest first, each at the same cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from subgraphs.operator.board import repository
from subgraphs.operator.board.repository import Wanted
from subgraphs.operator.work.lifecycle import OPEN_STATES, WorkState
from subgraphs.operator.work.tables import WorkOrder

_SEARCH_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Work in `states` (all open ones by default), held by `holder` if given.

    With `search`, work whose reference begins with it, closed work too.
    """

    states: Sequence[WorkState] | None = None
    holder: UUID | None = None
    search: str | None = None

    @property
    def wanted(self) -> Wanted:
        states = tuple(self.states or (() if self.prefix else OPEN_STATES))
        return Wanted(states, self.holder)

    @property
    def prefix(self) -> str | None:
        """The beginning of the reference. Raises Invalid for less than four letters."""
        if not self.search or not self.search.strip():
            return None
        prefix = repository.reference_prefix(self.search)
        if len(prefix) < len(repository.REFERENCE_PREFIX) + _SEARCH_LETTERS:
            raise Invalid(
                f"Type at least {_SEARCH_LETTERS} letters of the reference, as in PL-7KQ2.",
                "SEARCH_TOO_SHORT",
            )
        return prefix


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[WorkOrder]
    end_cursor: str | None
    has_next_page: bool


async def page(
    session: AsyncSession, asked: Asked, *, first: int = 25, after: str | None = None
) -> Page:
    """The page below the cursor `after`. Raises Invalid for a cursor or a size out of range."""
    limit = page_size(first) + 1
    place = decode_cursor(after) if after else None
    if asked.prefix is None:
        query = repository.page_query(asked.wanted, place, limit)
    else:
        query = repository.search_query(asked.prefix, asked.wanted, place, limit)
    rows = await repository.rows(session, query)
    shown = rows[:first]
    end = encode_cursor(shown[-1].created_at, shown[-1].id) if shown else None
    return Page(shown, end, len(rows) > first)


async def count(session: AsyncSession, asked: Asked) -> int | None:
    """How many there are, counted up to repository.COUNT_LIMIT; None for a search."""
    if asked.prefix is not None:
        return None
    numbers = await repository.counts(session, asked.wanted)
    return min(sum(numbers.values()), repository.COUNT_LIMIT)
