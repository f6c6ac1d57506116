"""The base of the service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.messaging.tables import attach


class Row(DeclarativeBase):
    """The base of every table of accounts."""


metadata = Row.metadata
attach(metadata)
