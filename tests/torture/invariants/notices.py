"""11: whoever is to hear of something is meant to hear of it once, and then does.

Of a webhook's news there is one row for each address and event, by a unique constraint; that none
of them waits any more is asked with what is left over (18).
"""

from collections.abc import Iterator, Mapping, Sequence
from email.parser import BytesHeaderParser
from pathlib import Path
from uuid import UUID

from partline.embedded.mailbox import KEPT_MESSAGES
from tests.torture.events import Told, told
from tests.torture.invariants.deliveries import reached
from tests.torture.invariants.report import Violation
from tests.torture.world import World

Intent = tuple[UUID, str, int]
_ONCE = {"OrderConfirmed": "confirmed", "OrderRejected": "rejected", "OrderShipped": "shipped"}
_INTENDED = "select order_id, kind, occasion, message_id, state from notification"
_REACHABLE = """
select o.order_id from order_contact o where o.email <> ''
    or exists (select from account_contact a where a.account_id in (o.owner_id, o.partner_id))
"""


async def are_intended_once(world: World) -> list[Violation]:
    """Messages are what the events of a reachable customer ask for, and each one was sent."""
    events = [row for name in ("shop", "mes", "crm", "operator") for row in await told(world, name)]
    applied = (await reached(world, "notification")).places["applied"]
    events = [row for row in events if row.id in applied]
    reachable = {row["order_id"] for row in await world.rows("notification", _REACHABLE)}
    required = {intent for intent in _required(events) if intent[0] in reachable}
    possible = set(_possible(events))
    rows = await world.rows("notification", _INTENDED)
    intended: dict[Intent, int] = {}
    for row in rows:
        key = row["order_id"], row["kind"], row["occasion"]
        intended[key] = intended.get(key, 0) + 1
    wrong = [
        Violation("notification", _name(key), f"is intended {count} times", twice=count - 1)
        for key, count in intended.items()
        if count > 1
    ]
    wrong += [
        Violation("notification", _name(key), "was never intended")
        for key in required - intended.keys()
    ]
    wrong += [
        Violation("notification", _name(key), "is intended, and no event asks for it")
        for key in intended.keys() - possible
    ]
    return wrong + await _unsent(world)


def _name(intent: Intent) -> str:
    return f"message {intent[1]}/{intent[2]} about order {intent[0]}"


def _requests(events: Sequence[Told]) -> Mapping[UUID, Mapping[int, Told]]:
    """Each order's requests for a price, by revision."""
    found: dict[UUID, dict[int, Told]] = {}
    for row in events:
        if row.type == "OrderPricingRequested" and row.order is not None:
            found.setdefault(row.order, {})[row.payload["revision"]] = row
    return found


def _required(events: Sequence[Told]) -> Iterator[Intent]:
    """What must have been intended. A price that a newer request overtook need not be told of."""
    requests = _requests(events)
    for row in events:
        if row.order is None:
            continue
        if row.type in _ONCE:
            yield row.order, _ONCE[row.type], 0
        if row.type == "OrderPriceCalculated":
            revisions = requests.get(row.order, {})
            revision = row.payload["revision"]
            asked = revisions.get(revision)
            if asked is not None and revision == max(revisions) and asked.payload["customer_email"]:
                yield row.order, "priced", _occasion(asked, row)


def _possible(events: Sequence[Told]) -> Iterator[Intent]:
    requests = _requests(events)
    for row in events:
        if row.order is None:
            continue
        if row.type in _ONCE:
            yield row.order, _ONCE[row.type], 0
        if row.type == "OrderPriceCalculated":
            asked = requests.get(row.order, {}).get(row.payload["revision"])
            yield row.order, "priced", _occasion(asked, row)
        if row.type == "OrderPricingFailed" and row.payload["code"] == "OFFER_DECLINED":
            yield row.order, "declined", row.payload["revision"]


def _occasion(asked: Told | None, priced: Told) -> int:
    """Partners hear of each price, shoppers of the first and of each that a person made."""
    partner = asked is not None and asked.payload["channel"] == "PARTNER"
    each = partner or priced.payload.get("by_hand", False)
    return int(priced.payload["revision"]) if each else 0


async def _unsent(world: World) -> list[Violation]:
    """Each message was handed over at least once, under its own id."""
    received = set() if world.mailbox is None else set(_message_ids(world.mailbox))
    kept = world.mailbox is not None and len(received) < KEPT_MESSAGES
    wrong = []
    for row in await world.rows("notification", _INTENDED):
        key = row["order_id"], row["kind"], row["occasion"]
        if row["state"] != "SENT":
            wrong.append(Violation("notification", _name(key), f"is {row['state']}, not sent"))
        elif kept and row["message_id"] not in received:
            text = f"says that it was sent; no mail {row['message_id']} has arrived"
            wrong.append(Violation("notification", _name(key), text))
    return wrong


def _message_ids(mailbox: Path) -> Iterator[str]:
    for part in ("new", "cur"):
        for path in (mailbox / part).glob("*"):
            with path.open("rb") as file:
                yield str(BytesHeaderParser().parse(file)["Message-ID"]).strip()
