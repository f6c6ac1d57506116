"""The printed journey."""

from io import StringIO

from rich.console import Console

from partline.demo.journey import table_of


def test_each_step_stands_in_a_row_with_its_time() -> None:
    step = {
        "at": "2026-01-31T10:00:01.250000+00:00",
        "service": "shop",
        "event": "OrderCreated",
        "summary": "Placed at € 12.34 [automatic]",
        "secondsSincePrevious": 1.25,
        "actor": None,
    }
    console = Console(file=StringIO(), width=120)
    console.print(table_of({"reference": "PL-7KQ2ABCD", "journey": [step]}))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for text in ("PL-7KQ2ABCD", "10:00:01.250", "1.25", "OrderCreated", "€ 12.34 [automatic]"):
        assert text in printed
