"""Columns that many migrations have."""

from datetime import datetime

import sqlalchemy as sa


def moment(name: str, *, nullable: bool = False, now: bool = False) -> "sa.Column[datetime]":
    """A point in time with its zone; with `now`, the database's clock at the insert."""
    default = sa.text("clock_timestamp()") if now else None
    return sa.Column(name, sa.TIMESTAMP(timezone=True), nullable=nullable, server_default=default)
