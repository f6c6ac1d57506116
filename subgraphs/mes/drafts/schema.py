"""Drafts of the price book in the graph; for managers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import federation
from strawberry.federation.schema_directives import Cost

from jobs.pricing.book import PriceBook
from shared.errors import Invalid, NotFound
from shared.graphql import Info
from shared.graphql.types import IDEMPOTENCY_KEY
from shared.identity import require
from subgraphs.mes.drafts.editing import Edit
from subgraphs.mes.drafts.repository import DraftRepository
from subgraphs.mes.drafts.service import DraftService, book_of
from subgraphs.mes.drafts.tables import DraftRow
from subgraphs.mes.preview.service import preview
from subgraphs.mes.preview.types import PriceBookPreview
from subgraphs.mes.pricebook.current import book_in_force, published
from subgraphs.mes.pricebook.schema import PriceBookVersion
from subgraphs.mes.pricebook.types import PriceBookChange, PriceBookSection

_MOST_DAYS = 92
_Asked = tuple[str, int, int]
"""A draft's id and revision, and the days."""


@strawberry.type
class PriceBookDraft:
    """One's own draft of the next prices: always a book that could count.

    Commands take the `revision` that was looked at. A draft that is `overtaken` cannot be
    published before its changes are carried over to the version in force.
    """

    id: strawberry.ID
    revision: int
    based_on: int
    copied_from: int | None
    created_at: datetime
    changed_at: datetime
    book: strawberry.Private[PriceBook]

    @classmethod
    def of(cls, row: DraftRow) -> Self:
        """The draft of a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            revision=row.revision,
            based_on=row.based_on,
            copied_from=row.copied_from,
            created_at=row.created_at,
            changed_at=row.changed_at,
            book=book_of(row),
        )

    @strawberry.field
    def sections(self) -> list[PriceBookSection]:
        return PriceBookSection.all_of(self.book)

    @strawberry.field(description="Whether somebody published since it was begun.")
    async def overtaken(self, info: Info) -> bool:
        return (await _current(info)).version != self.based_on

    @strawberry.field(description="What is different from the version that it is based on.")
    async def changes(self, info: Info) -> list[PriceBookChange]:
        return PriceBookChange.all_of(await self._base(info), self.book)

    @strawberry.field(description="What others published since; empty unless it is overtaken.")
    async def published_meanwhile(self, info: Info) -> list[PriceBookChange]:
        return PriceBookChange.all_of(await self._base(info), await _current(info))

    @federation.field(
        description="What it changes for the orders of the last days; one preview a request.",
        directives=[Cost(weight=800)],
    )
    async def preview(self, info: Info, days: int = 30) -> PriceBookPreview | None:
        if not 1 <= days <= _MOST_DAYS:
            raise Invalid(f"Ask for 1 to {_MOST_DAYS} days.", "DAYS")
        begun: list[_Asked] = []

        async def load(asked: Sequence[_Asked]) -> list[PriceBookPreview | None]:
            # The first closure serves the whole request: it computes once, for who came first.
            answers: list[PriceBookPreview | None] = [None] * len(asked)
            if not begun:
                begun.append(asked[0])
                current = await _current(info)
                found = await preview(info.context.runtime.database, current, self.book, days=days)
                answers[0] = PriceBookPreview.of(found, current.currency)
            return answers

        asked = (self.id, self.revision, days)
        found = await info.context.loader("price book preview", load).load(asked)
        if found is None:
            raise Invalid(
                "A preview computes many orders: ask for one in a request, and for the next one "
                "after it.",
                "ONE_PREVIEW",
            )
        return found

    async def _base(self, info: Info) -> PriceBook:
        async with info.context.runtime.database.reading() as session:
            return await published(session, self.based_on)


@strawberry.input
class PriceBookValueInput:
    """A field's text as it is typed; money and rates in the currency's major unit."""

    field: str
    text: str


@strawberry.type
class DraftQuery:
    @strawberry.field(description="One's own draft of the next prices, if there is one.")
    async def price_book_draft(self, info: Info) -> PriceBookDraft | None:
        require(info.context.identity, "manager")
        async with info.context.runtime.database.reading() as session:
            row = await DraftRepository(session).of(info.context.identity.subject)
        return None if row is None else PriceBookDraft.of(row)


@strawberry.type
class DraftMutation:
    @strawberry.mutation(
        description="Begin a draft, or go on with one's own; `version` begins from an older one."
    )
    async def draft_price_book(
        self,
        info: Info,
        version: int | None = None,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> PriceBookDraft:
        async with info.context.runtime.database.transaction() as session:
            drafts = DraftService(session, info.context.identity)
            return PriceBookDraft.of(await drafts.begin(version, idempotency_key))

    @strawberry.mutation(
        description="Set fields of an entry; without a `code`, add an entry to the section."
    )
    async def change_price_book_draft(
        self,
        info: Info,
        *,
        draft: strawberry.ID,
        revision: int,
        section: str,
        values: list[PriceBookValueInput],
        code: str | None = None,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> PriceBookDraft:
        edit = Edit(section, code, {value.field: value.text for value in values})
        async with info.context.runtime.database.transaction() as session:
            drafts = DraftService(session, info.context.identity)
            row = await drafts.change(_id(draft), revision, edit, key=idempotency_key)
            return PriceBookDraft.of(row)

    @strawberry.mutation(description="Take an entry out of a section.")
    async def remove_from_price_book_draft(
        self,
        info: Info,
        *,
        draft: strawberry.ID,
        revision: int,
        section: str,
        code: str,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> PriceBookDraft:
        async with info.context.runtime.database.transaction() as session:
            drafts = DraftService(session, info.context.identity)
            row = await drafts.remove(_id(draft), revision, (section, code), key=idempotency_key)
            return PriceBookDraft.of(row)

    @strawberry.mutation(
        description="Carry the draft's own changes over to the version that is in force by now."
    )
    async def carry_over_price_book_draft(
        self,
        info: Info,
        draft: strawberry.ID,
        revision: int,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> PriceBookDraft:
        async with info.context.runtime.database.transaction() as session:
            drafts = DraftService(session, info.context.identity)
            row = await drafts.carry_over(_id(draft), revision, idempotency_key)
            return PriceBookDraft.of(row)

    @strawberry.mutation(description="False when the draft was gone already.")
    async def discard_price_book_draft(self, info: Info, draft: strawberry.ID) -> bool:
        async with info.context.runtime.database.transaction() as session:
            return await DraftService(session, info.context.identity).discard(_id(draft))

    @strawberry.mutation(
        description="Make the draft count for every price from now on. Prices that were given keep "
        "their version until they expire."
    )
    async def publish_price_book_draft(
        self,
        info: Info,
        draft: strawberry.ID,
        revision: int,
        reason: str,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> PriceBookVersion:
        async with info.context.runtime.database.transaction() as session:
            drafts = DraftService(session, info.context.identity)
            version = await drafts.publish(_id(draft), revision, reason, idempotency_key)
        return await PriceBookVersion.find(info, version)


async def _current(info: Info) -> PriceBook:
    async with info.context.runtime.database.reading() as session:
        return (await book_in_force(session)).book


def _id(draft: str) -> UUID:
    try:
        return UUID(draft)
    except ValueError:
        raise NotFound("There is no such draft. Begin a new one.") from None
