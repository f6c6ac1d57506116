"""The base class of the shop's rows."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import TIMESTAMP, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

from shared.messaging.tables import attach


class Base(DeclarativeBase):
    """Rows of the shop's database."""

    metadata: ClassVar[MetaData] = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        dict[str, str]: JSONB,
        list[str]: ARRAY(Text),
        str: Text,
    }


attach(Base.metadata)
