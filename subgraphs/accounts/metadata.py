"""The base of the service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.idempotency import tables as idempotency
from shared.messaging import tables as messaging


class Row(DeclarativeBase):
    """The base of every table of accounts."""


metadata = Row.metadata
messaging.attach(metadata)
idempotency.attach(metadata)
