"""The base class of mes's rows."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import TIMESTAMP, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Rows of mes's database."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB(none_as_null=True),
        str: Text,
    }
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - as SQLAlchemy declares it
