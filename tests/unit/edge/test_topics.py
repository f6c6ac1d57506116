from uuid import uuid4

import pytest

from gateway.edge.live.topics import MOST_TOPICS, allowed_topics
from gateway.edge.refusal import Refusal
from shared.identity import Identity

ID = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"


def somebody(*roles: str) -> Identity:
    return Identity(uuid4(), frozenset(roles))


@pytest.mark.parametrize("topic", [f"order:{ID}", f"model:{ID}", f"quote:{ID}"])
def test_a_visitor_may_follow_what_it_knows_the_id_of(topic: str) -> None:
    assert allowed_topics([topic, topic], somebody("visitor")) == {topic}


@pytest.mark.parametrize(
    ("topic", "readers"),
    [
        ("board", {"operator", "manager"}),
        ("reviews", {"crm", "manager"}),
        ("offers", {"crm", "manager"}),
        ("delivery", {"manager"}),
        ("mailbox", {"crm", "operator", "manager"}),
    ],
)
@pytest.mark.parametrize("role", ["visitor", "customer", "partner", "crm", "operator", "manager"])
def test_lists_are_followed_by_those_who_work_with_them(
    topic: str, readers: set[str], role: str
) -> None:
    if role in readers:
        assert allowed_topics([topic], somebody(role)) == {topic}
        return
    with pytest.raises(Refusal) as caught:
        allowed_topics([topic], somebody(role))
    assert caught.value.status == 403


@pytest.mark.parametrize(
    "topic", ["", "order", "order:", "order:1", f"order:{ID}x", f"account:{ID}", "board\nx", "*"]
)
def test_what_nobody_sends_cannot_be_followed(topic: str) -> None:
    with pytest.raises(Refusal) as caught:
        allowed_topics([topic], somebody("manager"))
    assert caught.value.code == "UNKNOWN_TOPIC"


def test_one_refused_topic_refuses_the_stream() -> None:
    with pytest.raises(Refusal):
        allowed_topics([f"order:{ID}", "board"], somebody("customer"))


def test_a_stream_follows_something_and_not_everything() -> None:
    with pytest.raises(Refusal, match="Name what to follow"):
        allowed_topics([], somebody("manager"))
    with pytest.raises(Refusal, match="at most"):
        allowed_topics([f"order:{uuid4()}" for _ in range(MOST_TOPICS + 1)], somebody("manager"))
