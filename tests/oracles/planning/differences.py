"""Operations for which the other planner needs less than ours, and why that is accepted."""

from __future__ import annotations

DIFFERENCES: dict[tuple[str, str], str] = {}
"""By the title of a case and the operation."""
