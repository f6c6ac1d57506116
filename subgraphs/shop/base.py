"""The base class of the shop's rows."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import TIMESTAMP, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

from shared.idempotency import tables as idempotency
from shared.messaging import tables as messaging


class Base(DeclarativeBase):
    """Rows of the shop's database."""

    metadata: ClassVar[MetaData] = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        dict[str, str]: JSONB,
        list[str]: ARRAY(Text),
        str: Text,
    }


messaging.attach(Base.metadata)
idempotency.attach(Base.metadata)
