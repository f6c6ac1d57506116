"""How questions to a journal and its answers travel between processes."""

from typing import Annotated
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from shared.messaging.cursor import Cursor
from shared.messaging.inbox_rows import Entry
from shared.messaging.journal import Listed, Page

AFTER_PATH = "/events/after"
BODIES_PATH = "/events/bodies"
KEY_HEADER = "x-partline-service"
MOST_EVENTS = 500
MOST_QUESTION_BYTES = 64 * 1024
BODIES_MEDIA_TYPE = "application/x-ndjson"

_Number = Annotated[int, Field(ge=0, lt=2**63)]


class CursorAsked(BaseModel):
    """A cursor as it travels."""

    model_config = ConfigDict(strict=True, extra="forbid")

    epoch: Annotated[str, Field(min_length=1, max_length=100)]
    tx: _Number
    seq: _Number


class AfterAsked(BaseModel):
    """`Journal.after`; who asks stands in the token."""

    model_config = ConfigDict(strict=True, extra="forbid")

    cursor: CursorAsked | None
    limit: Annotated[int, Field(ge=1, le=MOST_EVENTS)]

    @classmethod
    def of(cls, cursor: Cursor | None, limit: int) -> "AfterAsked":
        if cursor is None:
            return cls(cursor=None, limit=limit)
        asked = CursorAsked(epoch=cursor.epoch, tx=cursor.tx, seq=cursor.seq)
        return cls(cursor=asked, limit=limit)

    @property
    def after(self) -> Cursor | None:
        """The cursor that is meant."""
        asked = self.cursor
        return None if asked is None else Cursor(asked.epoch, asked.tx, asked.seq)


class BodiesAsked(BaseModel):
    """`Journal.bodies`."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[list[UUID], Field(min_length=1, max_length=MOST_EVENTS)]


class PageAnswered(BaseModel):
    """A page as it travels."""

    epoch: str
    listed: list[tuple[int, int, UUID, UUID, int]]

    @classmethod
    def of(cls, page: Page) -> bytes:
        return orjson.dumps(
            {
                "epoch": page.epoch,
                "listed": [
                    [tx, seq, str(event), str(aggregate), version]
                    for tx, seq, (event, aggregate, version) in page.listed
                ],
            }
        )

    @property
    def page(self) -> Page:
        """The page that is meant."""
        return Page(
            self.epoch,
            [
                Listed(tx, seq, Entry(event, aggregate, version))
                for tx, seq, event, aggregate, version in self.listed
            ],
        )
