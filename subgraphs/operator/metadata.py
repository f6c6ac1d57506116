"""All tables of the operator's database, for its migrations."""

from subgraphs.operator.pay import tables as pay
from subgraphs.operator.rows import Row
from subgraphs.operator.work import tables as work

metadata = Row.metadata

__all__ = ["metadata", "pay", "work"]
