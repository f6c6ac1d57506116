"""What a person reads when everything is ready, and when it has ended."""

from pathlib import Path

from partline.supervisor.record import RunRecord

_LOGINS = (
    ("shopper@partline.example", "shops, and follows orders"),
    ("crm@partline.example", "approves orders at /crm"),
    ("operator@partline.example", "makes and ships them at /operator"),
    ("manager@partline.example", "may see everything"),
    ("partner@partline.example", "orders with the API key plk_demo_bracket_and_sons"),
)
_PASSWORD = "partline-demo"  # noqa: S105 — the demo accounts' public password


def welcome(record: RunRecord, memory: int, logs: Path, *, detached: bool = False) -> str:
    """The addresses, the logins, what to try next, and what it took (`memory` in bytes)."""
    address = record.address
    where = "from here" if detached else "in another terminal"
    stop = "`partline down`" if detached else "Ctrl-C or `partline down`"
    logins = "\n".join(f"  {email:<28} {does}" for email, does in _LOGINS)
    return f"""
Partline is ready at {address}  ({record.ready_seconds:.1f} s, {memory / 1e6:.0f} MB)

  {address + "/":<36} shop
  {address + "/editor":<36} upload a model and see its price
  {address + "/crm":<36} approvals, customers, journeys
  {address + "/operator":<36} the workshop's board
  {address + "/graphql":<36} the public API

Demo accounts, all with the password {_PASSWORD}:
{logins}

Next: upload an STL at {address}/editor, or let `partline demo` do the whole way
{where}. `partline status` shows the processes, the logs are in
{logs}. {stop} stops everything; the data stays.
"""


def farewell() -> str:
    """The last line of a run."""
    return "Everything has stopped. The data is kept for the next start."
