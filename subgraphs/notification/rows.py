"""The base of every row of the notification database."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared.messaging.tables import attach


class Row(DeclarativeBase):
    metadata: ClassVar[sa.MetaData] = sa.MetaData()


attach(Row.metadata)
