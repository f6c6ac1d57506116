"""Operations for which the other planner needs less than ours, and why that is accepted."""

from __future__ import annotations

_IN_ORDER = (
    "A mutation's field is complete before the next one runs, as GraphQL wants it: what the first "
    "returns is read before the second can change it. Apollo's runs both before it reads."
)

DIFFERENCES: dict[tuple[str, str], str] = {
    ("operations: mutations in order", "mutation { one { n } two { n } }"): _IN_ORDER,
}
"""By the title of a case and the operation."""
