"""Which live topics there are and who may follow them."""

import re
from collections.abc import Iterable

from gateway.edge.refusal import Refusal
from shared.identity import STAFF, Identity, Role

_OF_ONE_THING = re.compile(
    r"(order|model|quote):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_READERS: dict[str, tuple[Role, ...]] = {
    "board": ("operator", "manager"),
    "reviews": ("crm", "manager"),
    "offers": ("crm", "manager"),
    "mailbox": STAFF,
    "delivery": ("manager",),
}
MOST_TOPICS = 250


def allowed_topics(asked: Iterable[str], identity: Identity) -> frozenset[str]:
    """The topics as a set, when `identity` may hear of all of them.

    A hint tells nothing but that something changed: what changed is fetched afterwards, under
    the rules of the service that owns it. So whoever knows an id may hear that it changed.

    Raises `Refusal` for none, too many or unknown topics and for a list that is not the
    caller's.
    """
    topics = frozenset(asked)
    if not topics:
        raise Refusal(400, "TOPIC_MISSING", "Name what to follow, as in /live?topic=order:ID.")
    if len(topics) > MOST_TOPICS:
        raise Refusal(400, "TOO_MANY_TOPICS", f"Follow at most {MOST_TOPICS} topics at once.")
    for topic in topics:
        _check(topic, identity)
    return topics


def _check(topic: str, identity: Identity) -> None:
    readers = _READERS.get(topic)
    if readers is not None:
        if not identity.has(*readers):
            raise Refusal(403, "FORBIDDEN", f"Sign in with an account that may follow the {topic}.")
        return
    if _OF_ONE_THING.fullmatch(topic) is None:
        raise Refusal(400, "UNKNOWN_TOPIC", f"There is nothing to follow at {topic[:80]!r}.")
