"""Finding rows by a piece of text that a person typed, however many rows there are."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

_LEAST_ANYWHERE = 3  # a trigram: with fewer letters only a beginning can be looked up in the index

Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def trigrams(name: str, *columns: str) -> sa.Index:
    """The one index over all the columns that a search looks into. Needs pg_trgm."""
    operators = dict.fromkeys(columns, "gin_trgm_ops")
    return sa.Index(name, *columns, postgresql_using="gin", postgresql_ops=operators)


def mentioning(typed: str, columns: Sequence[Text]) -> sa.ColumnElement[bool]:
    """Rows in which a column has what was typed, in any case; one or two letters begin it."""
    part = typed.strip()
    if len(part) < _LEAST_ANYWHERE:
        return sa.or_(*(column.istartswith(part, autoescape=True) for column in columns))
    return sa.or_(*(column.icontains(part, autoescape=True) for column in columns))
