"""Amounts of money as people type them."""

import re

_FORMS = (
    re.compile(r"(?P<whole>\d+)(?:[.,](?P<cents>\d{1,2}))?"),
    re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+)(?:\.(?P<cents>\d{1,2}))?"),
    re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+),(?P<cents>\d{1,2})"),
)
_LONGEST = 16


def minor_units(text: str) -> int | None:
    """Cents of ``420``, ``420.5``, ``420,50``, ``1,234.50`` or ``1.234,50``; None for what is no
    amount or could be two, as ``1.234`` could. Exact: nothing is rounded."""
    bare = text.replace("€", "").strip()
    if not bare.isascii() or len(bare) > _LONGEST:
        return None
    for form in _FORMS:
        found = form.fullmatch(bare)
        if found is not None:
            whole = re.sub(r"\D", "", found["whole"])
            return int(whole) * 100 + int((found["cents"] or "0").ljust(2, "0"))
    return None
