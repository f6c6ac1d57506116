"""What managers do with the price book, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.book import PriceBook
from shared.errors import Conflict, Invalid, NotFound
from shared.idempotency.claim import Claim, claim, hash_of
from shared.identity import Identity, require
from subgraphs.mes.drafts.editing import Edit, checked, with_entry, without_entry
from subgraphs.mes.drafts.repository import DraftRepository
from subgraphs.mes.drafts.tables import DraftRow
from subgraphs.mes.pricebook.changes import carried_over, changes
from subgraphs.mes.pricebook.current import book_in_force, published
from subgraphs.mes.pricebook.repository import PriceBookRepository

LONGEST_REASON = 500
_GONE = "This draft is no longer there: it was published or discarded. Begin a new one."


class DraftService:
    """For managers alone: every command raises Forbidden and SignInRequired for anybody else.

    Commands that change the draft take the `revision` that was looked at and raise Conflict
    DRAFT_CHANGED when there is a newer one. They have one effect for each idempotency key.
    """

    def __init__(self, session: AsyncSession, identity: Identity) -> None:
        require(identity, "manager")
        self._session = session
        self._identity = identity
        self._drafts = DraftRepository(session)
        self._books = PriceBookRepository(session)

    async def begin(self, version: int | None, key: str | None = None) -> DraftRow:
        """The manager's draft, begun from the version in force or from an older one.

        One that exists is answered. Raises Conflict DRAFT_EXISTS when it should begin from an
        older version, and NotFound for a version that there is not.
        """
        claimed = await self._claim("draftPriceBook", key, {"version": version})
        row = await self._drafts.of(self._identity.subject)
        if row is None:
            if (row := await self._added(version)) is not None:
                await claimed.keep({"draftId": str(row.id)})
                return row
            row = await self._drafts.of(self._identity.subject)
        if row is None or (version is not None and claimed.answer is None):
            raise Conflict(
                "You have a draft already. Publish or discard it, then take the older version.",
                "DRAFT_EXISTS",
            )
        return row

    async def change(
        self, draft_id: UUID, revision: int, edit: Edit, *, key: str | None = None
    ) -> DraftRow:
        """Set fields of an entry, or add one. Raises what `with_entry` raises."""
        body = {"draft": draft_id, "revision": revision, "edit": asdict(edit)}
        claimed = await self._claim("changePriceBookDraft", key, body)
        row = await self._lock(draft_id, None if claimed.answer is not None else revision)
        if claimed.answer is not None:
            return row
        return await self._keep(row, with_entry(book_of(row), edit), claimed)

    async def remove(
        self, draft_id: UUID, revision: int, entry: tuple[str, str], *, key: str | None = None
    ) -> DraftRow:
        """Take the entry of (section, code) out. Raises what `without_entry` raises."""
        body = {"draft": draft_id, "revision": revision, "entry": entry}
        claimed = await self._claim("removeFromPriceBookDraft", key, body)
        row = await self._lock(draft_id, None if claimed.answer is not None else revision)
        if claimed.answer is not None:
            return row
        return await self._keep(row, without_entry(book_of(row), *entry), claimed)

    async def carry_over(self, draft_id: UUID, revision: int, key: str | None = None) -> DraftRow:
        """Take the draft's own changes to the version that is in force by now.

        Raises Invalid when the two together break a rule.
        """
        body = {"draft": draft_id, "revision": revision}
        claimed = await self._claim("carryOverPriceBookDraft", key, body)
        row = await self._lock(draft_id, None if claimed.answer is not None else revision)
        current = (await book_in_force(self._session)).book
        if claimed.answer is not None or row.based_on == current.version:
            return row
        base = await published(self._session, row.based_on)
        book = checked(carried_over(base, book_of(row), current))
        row.based_on = current.version
        return await self._keep(row, replace(book, version=current.version + 1), claimed)

    async def discard(self, draft_id: UUID) -> bool:
        """Throw the draft away; False when it was gone already."""
        row = await self._drafts.lock(draft_id, self._identity.subject)
        if row is not None:
            await self._drafts.remove(row)
        return row is not None

    async def publish(
        self, draft_id: UUID, revision: int, reason: str, key: str | None = None
    ) -> int:
        """Make the draft count from now on; gives its version.

        Raises Invalid without a reason or a difference, and Conflict BOOK_CHANGED when somebody
        else published since the draft was begun.
        """
        words = reason.strip()
        if not 1 <= len(words) <= LONGEST_REASON:
            raise Invalid(
                f"Say in 1 to {LONGEST_REASON} characters why the prices change.", "REASON"
            )
        body = {"draft": draft_id, "revision": revision, "reason": words}
        claimed = await self._claim("publishPriceBookDraft", key, body)
        if claimed.answer:
            return int(claimed.answer["version"])
        row = await self._lock(draft_id, revision)
        current = (await book_in_force(self._session)).book
        book = replace(book_of(row), version=row.based_on + 1)
        if not changes(current, book):
            raise Invalid("The draft is what counts already. Change something first.", "NO_CHANGE")
        counts = row.based_on == current.version and await self._books.add(
            book,
            published_by_id=self._identity.subject,
            published_by=self._identity.name,
            reason=words,
            copied_from=row.copied_from,
        )
        if not counts:
            raise await self._overtaken(row.based_on)
        await self._drafts.remove(row)
        await claimed.keep({"version": str(book.version)})
        return book.version

    async def _claim(self, operation: str, key: str | None, body: Mapping[str, object]) -> Claim:
        return await claim(self._session, self._identity.subject, operation, key, hash_of(body))

    async def _lock(self, draft_id: UUID, revision: int | None) -> DraftRow:
        row = await self._drafts.lock(draft_id, self._identity.subject)
        if row is None:
            raise NotFound(_GONE)
        if revision is not None and row.revision != revision:
            raise Conflict(
                "The draft was changed in another window since. Look at it again, then repeat "
                "your change.",
                "DRAFT_CHANGED",
            )
        return row

    async def _keep(self, row: DraftRow, book: PriceBook, claimed: Claim) -> DraftRow:
        await self._drafts.keep(row, book)
        await claimed.keep({"draftId": str(row.id)})
        return row

    async def _added(self, version: int | None) -> DraftRow | None:
        current = (await book_in_force(self._session)).book
        content = current if version is None else await published(self._session, version)
        return await self._drafts.add(
            self._identity.subject,
            owner=self._identity.name,
            based_on=current.version,
            copied_from=None if content is current else version,
            content=replace(content, version=current.version + 1).to_dict(),
        )

    async def _overtaken(self, based_on: int) -> Conflict:
        (newest,) = await self._books.publications(1)
        who = newest.by or "Somebody"
        return Conflict(
            f"{who} published version {newest.version} while you worked on version {based_on}. "
            "Carry your changes over to it, look at the difference, then publish.",
            "BOOK_CHANGED",
            version=newest.version,
        )


def book_of(row: DraftRow) -> PriceBook:
    """The draft as a price book."""
    return PriceBook.from_dict(row.content)
