"""Deliveries for the gateway double: two dead letters at the shop, an unreadable one at CRM."""

from typing import Any

from shared.messaging.subscriptions import SUBSCRIPTIONS, readers_of, service_of
from shared.settings import SERVICES
from tests.unit.ui.world import at

ORDER = "018f0000-0000-7000-8000-00000000d001"


def letter(event_id: str, consumer: str = "shop", **changes: Any) -> dict[str, Any]:
    """An event that the state table did not allow."""
    return {
        "consumer": consumer,
        "eventId": event_id,
        "state": "DEAD",
        "type": "OrderShipped",
        "producer": "operator",
        "aggregateId": ORDER,
        "version": 4,
        "correlationId": ORDER,
        "attempts": 1,
        "error": f"Conflict: order {event_id} is cancelled and cannot be shipped",
        "trace": "Traceback (most recent call last):\n  lifecycle.py, line 80",
        "failedAt": at(12),
        "nextAttemptAt": None,
        "appliedAt": None,
        "discardedAt": None,
        "discardedBy": None,
        "discardReason": None,
        "waiting": 1,
        "payload": {
            "form": "JSON",
            "text": '{\n  "tracking_number": "<1Z>"\n}',
            "size": 31,
            "cut": False,
        },
        **changes,
    }


UNREADABLE = letter(
    "e3",
    "crm.journey",
    type="unreadable",
    aggregateId=None,
    version=None,
    correlationId=None,
    error="JSONDecodeError: no event",
    waiting=0,
    payload={"form": "HEX", "text": "00ff 00ff", "size": 4, "cut": False},
)


def deliveries() -> dict[str, dict[str, Any]]:
    """What each service tells of its delivery."""
    letters = {"shop": [letter("e1"), letter("e2")], "crm": [UNREADABLE]}
    return {name: _delivery(name, letters.get(name, [])) for name in SERVICES}


def _delivery(service: str, letters: list[dict[str, Any]]) -> dict[str, Any]:
    own = [name for name in SUBSCRIPTIONS if service_of(name) == service]
    standing: dict[str, Any] = {
        "service": service,
        "letters": letters,
        "done": [],
        "outgoing": {"unpublished": 0, "oldestAt": None},
        "readers": [
            {"consumer": name, "behind": 0, "oldestAt": None, "confirmedAt": at(0.05)}
            for name in readers_of(service)
        ],
        "watermarks": [
            {"consumer": name, "producer": producer, "checkedAt": at(0.05)}
            for name in own
            for producer in SUBSCRIPTIONS[name]
        ],
        "deadLetter": lambda consumer, eventId: next(  # noqa: N803
            (x for x in letters if (x["consumer"], x["eventId"]) == (consumer, eventId)), None
        ),
        "acts": lambda first, eventId=None: standing["done"],  # noqa: N803
        "dead": lambda: len(_open(standing)),
        "deadLetterGroups": lambda: _groups(standing),
        "deadLetters": lambda **wanted: {
            "nodes": [x for x in letters if _fits(x, **wanted)],
            "pageInfo": {"endCursor": None, "hasNextPage": False},
        },
        "consumers": lambda: [
            {
                "name": name,
                "retrying": 0,
                "nextAttemptAt": None,
                "parked": 0,
                "oldestParkedAt": None,
                "dead": len([x for x in _open(standing) if x["consumer"] == name]),
            }
            for name in own
        ],
    }
    return standing


def _open(standing: dict[str, Any]) -> list[dict[str, Any]]:
    return [x for x in standing["letters"] if x["state"] == "DEAD"]


def _fits(
    found: dict[str, Any],
    *,
    includeDiscarded: bool,  # noqa: N803
    first: int,
    **wanted: Any,
) -> bool:
    wanted.pop("after")
    wanted.pop("error")
    return (found["state"] == "DEAD" or includeDiscarded) and all(
        value in (None, found[name]) for name, value in wanted.items()
    )


def _groups(standing: dict[str, Any]) -> list[dict[str, Any]]:
    letters = _open(standing)
    if not letters:
        return []
    first = letters[0]
    group = {
        "consumer": first["consumer"],
        "type": first["type"],
        "error": "Conflict: … is cancelled and cannot be shipped",
        "count": len(letters),
        "firstAt": at(500),
        "lastAt": at(12),
    }
    return [group]


def redrive(standing: dict[str, Any], **wanted: Any) -> dict[str, int]:
    return _act(standing, "redrive", "RETRYING", None, **wanted)


def discard(standing: dict[str, Any], reason: str, **wanted: Any) -> dict[str, int]:
    return _act(standing, "discard", "DISCARDED", reason, **wanted)


def _act(
    standing: dict[str, Any],
    act: str,
    state: str,
    reason: str | None,
    letters: list[dict[str, str]] | None,
    group: dict[str, str] | None,
) -> dict[str, int]:
    keys = {(key["consumer"], key["eventId"]) for key in letters or ()}
    chosen = [
        x
        for x in _open(standing)
        if (x["consumer"], x["eventId"]) in keys or (group and x["consumer"] == group["consumer"])
    ]
    for found in chosen:
        found.update(
            state=state,
            attempts=0,
            nextAttemptAt=at(0),
            discardReason=reason,
            discardedBy="Mina Moss",
            discardedAt=at(0),
        )
        standing["done"].append(
            {
                "id": f"{act}-{found['eventId']}",
                "at": at(0),
                "act": act,
                "actor": "Mina Moss (mina@partline.example)",
                "consumer": found["consumer"],
                "eventId": found["eventId"],
                "reason": reason,
            }
        )
    return {"letters": len(chosen), "left": 0}


DELIVERY = {
    "Delivery": lambda standing: standing,
    "Redrive": redrive,
    "Discard": discard,
}
