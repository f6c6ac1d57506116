"""The base of every row of the notification database."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared.idempotency import tables as idempotency
from shared.messaging import tables as messaging


class Row(DeclarativeBase):
    metadata: ClassVar[sa.MetaData] = sa.MetaData()


messaging.attach(Row.metadata)
idempotency.attach(Row.metadata)
