"""docs/orders.md, made from the table of the order's life.

python -m subgraphs.shop.orders.diagram > docs/orders.md
"""

from subgraphs.shop.orders.lifecycle import (
    ENDS,
    LATE,
    MOVES,
    OrderEvent,
    OrderState,
    Table,
    allowed_actions,
)

INTRODUCTION = """\
# The life of an order

This page is written by `python -m subgraphs.shop.orders.diagram` from the table in
`subgraphs/shop/orders/lifecycle.py`, and a test holds the two equal. The shop owns the order; the
other services tell it what happened with events. An event that the table does not allow is an
error: a command is refused, and an event of another service becomes a dead letter that a person
looks at.
"""

LATE_WORDS = """\
## What comes too late

Services race: an order may be cancelled in the moment in which an operator claims it. These events
are written to the order's history and change nothing else.
"""

REVISIONS = """\
## Prices and revisions

Each change of the lines raises the order's revision and asks for a price of that revision. An
answer for an older revision is dropped: a newer one is under way.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION, _diagram(), _states(), _table(MOVES, "## What moves an order")]
    parts += [LATE_WORDS + "\n" + _table(LATE), REVISIONS]
    return "\n".join(parts)


def _words(name: OrderState | OrderEvent | None) -> str:
    return "–" if name is None else name.value.replace("_", " ")


def _node(state: OrderState | None) -> str:
    return "[*]" if state is None else state.value


def _sorted(table: Table) -> list[tuple[OrderState | None, OrderEvent, OrderState]]:
    states: list[OrderState | None] = [None, *OrderState]
    events = list(OrderEvent)
    rows = [(source, event, target) for (source, event), target in table.items()]
    return sorted(rows, key=lambda row: (states.index(row[0]), events.index(row[1])))


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [
        f"    {_node(source)} --> {_node(target)}: {_words(event)}"
        for source, event, target in _sorted(MOVES)
    ]
    lines += [f"    {state.value} --> [*]" for state in OrderState if state in ENDS]
    return "\n".join([*lines, "```", ""])


def _states() -> str:
    lines = ["## States", "", "| state | its owner may | it is an end |", "| --- | --- | --- |"]
    for state in OrderState:
        actions = ", ".join(allowed_actions(state)) or "–"
        lines.append(f"| {_words(state)} | {actions} | {'yes' if state in ENDS else ''} |")
    return "\n".join([*lines, ""])


def _table(table: Table, heading: str = "") -> str:
    lines = [heading, ""] if heading else []
    lines += ["| state | event | next state |", "| --- | --- | --- |"]
    lines += [
        f"| {_words(source)} | {_words(event)} | {_words(target)} |"
        for source, event, target in _sorted(table)
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(page(), end="")
