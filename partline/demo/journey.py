"""The journey of an order, as CRM sees it across all services."""

from datetime import datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from partline.demo.caller import Caller
from partline.demo.patience import Patience

_JOURNEY = """query($id: ID!) { order(id: $id) { reference state
  journey { at service event summary secondsSincePrevious actor } } }"""


async def journey_of(
    crm: Caller, patience: Patience, order_id: str, last_event: str
) -> dict[str, Any]:
    """The order with its journey, once `last_event` is on it."""

    async def complete() -> dict[str, Any] | None:
        order: dict[str, Any] | None = (await crm.ask(_JOURNEY, id=order_id))["order"]
        events = [step["event"] for step in order["journey"]] if order else []
        return order if last_event in events else None

    return await patience.until(f"{last_event} on the journey", complete)


def table_of(order: dict[str, Any]) -> Table:
    """One row a step, with the seconds that it took."""
    table = Table(
        title=f"The journey of {order['reference']}", title_justify="left", box=SIMPLE_HEAD
    )
    table.add_column("time", no_wrap=True)
    table.add_column("+ s", justify="right", no_wrap=True)
    table.add_column("service", no_wrap=True)
    table.add_column("event", no_wrap=True)
    table.add_column("what")
    for step in order["journey"]:
        seconds = step["secondsSincePrevious"]
        actor = f" ({step['actor']})" if step["actor"] else ""
        table.add_row(
            f"{datetime.fromisoformat(step['at']):%H:%M:%S.%f}"[:-3],
            "" if seconds is None else f"{seconds:.2f}",
            step["service"],
            step["event"],
            escape(step["summary"] + actor),
        )
    return table
