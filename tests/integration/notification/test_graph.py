"""Messages in the graph, and who may read them."""

from pathlib import Path

from db.engine import Database
from shared.identity import Identity
from shared.settings import Settings
from tests.integration.notification.world import CLEO, OTIS, OrderStory, ask, deliver, intended
from tests.unit.notification.test_maildir import deliver as post

ALL = "{ notifications { kind recipient state } }"
MINE = "{ myNotifications { kind } }"
OF_ORDER = """query($id: ID!) { _entities(representations: [{__typename: "Order", id: $id}]) {
    ... on Order { notifications { kind } } } }"""
MAILBOX = "{ mailbox { to subject text } }"
RESEND = "mutation($id: ID!) { resendNotification(id: $id) { state attempts } }"


async def test_crm_reads_all_and_the_recipient_their_own(database: Database) -> None:
    story, other = OrderStory(), OrderStory()
    await deliver(database, story.confirmed(), other.confirmed(), story.shipped())
    data, codes = await ask(database, CLEO, ALL)
    assert codes == []
    assert data is not None
    assert len(data["notifications"]) == 3
    sam = Identity(subject=story.owner, roles=frozenset({"customer"}))
    data, _ = await ask(database, sam, MINE)
    assert data == {"myNotifications": [{"kind": "shipped"}, {"kind": "confirmed"}]}


async def test_an_order_shows_its_messages_to_crm_and_recipient_only(database: Database) -> None:
    story = OrderStory()
    await deliver(database, story.confirmed())
    order_id = str(story.order_id)
    sam = Identity(subject=story.owner, roles=frozenset({"customer"}))
    stranger = Identity(subject=OrderStory().owner, roles=frozenset({"customer"}))
    for viewer, seen in ((CLEO, 1), (sam, 1), (stranger, 0), (OTIS, 0)):
        data, codes = await ask(database, viewer, OF_ORDER, id=order_id)
        assert codes == []
        assert data is not None
        assert len(data["_entities"][0]["notifications"]) == seen


async def test_the_mailbox_shows_what_was_delivered(database: Database, tmp_path: Path) -> None:
    post(tmp_path / "box", "Hello", 1_000.0)
    settings = Settings(mailbox_dir=tmp_path / "box")
    data, codes = await ask(database, CLEO, MAILBOX, settings)
    assert codes == []
    assert data == {
        "mailbox": [{"to": "Sam <sam@example.org>", "subject": "Hello", "text": "Grüße, € 5\n"}]
    }


async def test_operators_and_customers_are_refused_what_is_not_theirs(database: Database) -> None:
    story = OrderStory()
    await deliver(database, story.confirmed())
    (message,) = await intended(database)
    sam = Identity(subject=story.owner, roles=frozenset({"customer"}))
    for viewer in (OTIS, sam):
        for query in (ALL, MAILBOX):
            _, codes = await ask(database, viewer, query)
            assert codes == ["FORBIDDEN"]
        _, codes = await ask(database, viewer, RESEND, id=str(message.id))
        assert codes == ["FORBIDDEN"]


async def test_sending_again_what_does_not_exist_is_not_found(database: Database) -> None:
    for unknown in ("nonsense", str(OrderStory().order_id)):
        _, codes = await ask(database, CLEO, RESEND, id=unknown)
        assert codes == ["NOT_FOUND"]
