"""Who is to be told what: decided exactly once, in the inbox's transaction."""

import pytest

from db.engine import Database
from db.migrate import difference
from shared.messaging.faults import Awaited
from shared.messaging.inbox import Outcome
from subgraphs.notification.messages.kinds import Kind
from subgraphs.notification.metadata import metadata
from subgraphs.notification.recipients.service import ContactUnknown
from tests.integration.notification.world import OrderStory, deliver, intended


async def test_a_shopper_hears_of_the_price_the_approval_and_the_parcel(
    database: Database,
) -> None:
    story = OrderStory()
    await deliver(
        database,
        story.pricing_requested(),
        story.priced(),
        story.created(),
        story.confirmed(),
        story.shipped(),
    )
    messages = await intended(database)
    assert [message.kind for message in messages] == [Kind.PRICED, Kind.CONFIRMED, Kind.SHIPPED]
    assert {message.recipient for message in messages} == {"sam@example.org"}
    assert "€ 12.34" in messages[0].body
    assert "31 January 2026" in messages[0].body
    assert "00340" in messages[2].body


async def test_a_rejection_gives_its_reason(database: Database) -> None:
    story = OrderStory()
    await deliver(database, story.created(), story.rejected("The walls are too thin."))
    (message,) = await intended(database)
    assert message.kind is Kind.REJECTED
    assert "The walls are too thin." in message.body


async def test_an_event_that_comes_twice_is_told_once(database: Database) -> None:
    story = OrderStory()
    confirmed = story.confirmed()
    outcomes = await deliver(database, confirmed, confirmed)
    assert outcomes == [Outcome.APPLIED, Outcome.DUPLICATE]
    assert len(await intended(database)) == 1


async def test_a_shopper_who_changes_options_is_written_to_once(database: Database) -> None:
    story = OrderStory()
    for revision in (1, 2, 3):
        await deliver(database, story.pricing_requested(revision), story.priced(revision))
    assert len(await intended(database)) == 1


async def test_a_partner_hears_of_each_revision_at_their_accounts_address(
    database: Database,
) -> None:
    story = OrderStory(partner=True, email="buyer@example.org")
    await deliver(database, story.registered("office@partner.example"))
    for revision in (1, 2):
        await deliver(database, story.pricing_requested(revision), story.priced(revision))
    messages = await intended(database)
    assert [message.occasion for message in messages] == [1, 2]
    assert {message.recipient for message in messages} == {"office@partner.example"}


async def test_a_shopper_hears_of_the_price_that_a_person_made_although_one_came_before(
    database: Database,
) -> None:
    story = OrderStory()
    await deliver(
        database,
        story.pricing_requested(1),
        story.priced(1),
        story.pricing_requested(2),
        story.not_priced("ASK_A_PERSON", "A person makes the price.", 2),
        story.priced(2, by_hand=True),
    )
    computed, made = await intended(database)
    assert (computed.kind, made.kind) == (Kind.PRICED, Kind.PRICED)
    assert "A person has looked at your parts" in made.body
    assert "A person has looked at your parts" not in computed.body


async def test_who_waits_for_a_person_hears_that_there_is_no_price(database: Database) -> None:
    story = OrderStory()
    await deliver(
        database,
        story.pricing_requested(),
        story.not_priced("ASK_A_PERSON", "A person makes the price."),
        story.not_priced("OFFER_DECLINED", "We cannot make you a price: too deep."),
    )
    (message,) = await intended(database)
    assert message.kind is Kind.DECLINED
    assert "too deep" in message.body
    await deliver(database, story.pricing_requested(2), story.not_priced("OFFER_DECLINED", "No."))
    assert len(await intended(database)) == 1


async def test_a_price_for_an_older_revision_is_told_to_nobody(database: Database) -> None:
    story = OrderStory(partner=True)
    await deliver(
        database,
        story.pricing_requested(1),
        story.pricing_requested(2),
        story.priced(1),
        story.priced(2),
    )
    assert [message.occasion for message in await intended(database)] == [2]


async def test_a_visitor_without_address_is_not_written_to(database: Database) -> None:
    story = OrderStory(email="")
    await deliver(database, story.pricing_requested(), story.priced())
    assert await intended(database) == []


async def test_news_that_overtakes_the_shops_word_is_tried_again_and_not_lost(
    database: Database,
) -> None:
    story = OrderStory()
    requested, priced = story.pricing_requested(), story.priced()
    with pytest.raises(ContactUnknown) as raised:
        await deliver(database, priced)
    assert isinstance(raised.value, Awaited), "the shop may be away for as long as it likes"
    await deliver(database, requested, priced)
    assert [message.kind for message in await intended(database)] == [Kind.PRICED]


def test_the_tables_are_what_the_migrations_make(notification_url: str) -> None:
    difference("notification", notification_url, metadata)
