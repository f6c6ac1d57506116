"""Sending: at least once, under a Message-ID that never changes."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from db.engine import Database
from partline.embedded.ports import HOST, free_port
from shared.settings import Settings
from subgraphs.notification.messages import service
from subgraphs.notification.messages.tables import Notification, NotificationState
from subgraphs.notification.sending import repository
from subgraphs.notification.sending.mailer import Mailer
from subgraphs.notification.sending.retry import RetrySchedule
from subgraphs.notification.sending.sender import _LEASE, Sender
from tests.integration.notification.conftest import PostOffice
from tests.integration.notification.world import OrderStory, deliver, intended


async def one_message(database: Database) -> None:
    await deliver(database, OrderStory().confirmed())


async def due_now(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(sa.update(Notification).values(due_at=sa.func.clock_timestamp()))


def sender(database: Database, office: PostOffice, attempts: int = 10) -> Sender:
    return Sender(database, Mailer(office.settings), RetrySchedule(attempts=attempts))


async def test_a_message_arrives_with_text_and_html(
    database: Database, post_office: PostOffice
) -> None:
    await one_message(database)
    assert await sender(database, post_office).round() == 1
    (email,) = post_office.received
    (message,) = await intended(database)
    assert message.state is NotificationState.SENT
    assert message.sent_at is not None
    assert email["Message-ID"] == message.message_id
    assert message.message_id.endswith("@partline.example>")
    assert email["To"] == "Sam <sam@example.org>"
    text, html = email.get_body(("plain",)), email.get_body(("html",))
    assert text is not None
    assert "is confirmed" in text.get_content()
    assert html is not None
    assert "<strong>€ 12.34</strong>" in html.get_content()
    assert await sender(database, post_office).round() == 0


async def test_two_senders_send_each_message_once(
    database: Database, post_office: PostOffice
) -> None:
    for _ in range(15):
        await one_message(database)
    one, other = sender(database, post_office), sender(database, post_office)
    while sum(await asyncio.gather(one.round(), other.round())):
        pass
    sent = [email["Message-ID"] for email in post_office.received]
    assert len(sent) == 15
    assert len(set(sent)) == 15


async def test_messages_leave_in_the_order_in_which_they_were_intended(
    database: Database, post_office: PostOffice
) -> None:
    for _ in range(8):
        await one_message(database)
    async with database.transaction() as session:
        moved = "update notification set due_at = due_at + (random() - 1) * interval '1 hour'"
        await session.execute(sa.text(moved))
    await sender(database, post_office).round()
    left = [email["Message-ID"] for email in post_office.received]
    assert left == [message.message_id for message in await intended(database)]


async def test_a_sender_neither_takes_nor_waits_for_what_another_is_taking(
    database: Database,
) -> None:
    for _ in range(4):
        await one_message(database)
    lease = timedelta(minutes=1)
    async with database.transaction() as one, database.transaction() as other, asyncio.timeout(10):
        mine = await repository.take_due(one, 2, lease)
        theirs = await repository.take_due(other, 3, lease)
    assert len(mine) == len(theirs) == 2
    assert {message.id for message in mine}.isdisjoint({message.id for message in theirs})


async def test_a_sender_that_died_after_sending_sends_again_under_the_same_id(
    database: Database, post_office: PostOffice
) -> None:
    await one_message(database)
    (message,) = await intended(database)
    mailer = Mailer(post_office.settings)
    await mailer.send(message)
    await mailer.hang_up()
    await sender(database, post_office).round()
    first, second = post_office.received
    assert first["Message-ID"] == second["Message-ID"] == message.message_id


async def test_what_a_dead_sender_took_is_due_again_within_seconds(database: Database) -> None:
    await one_message(database)
    async with database.transaction() as session:
        await repository.take_due(session, 1, _LEASE)
    (message,) = await intended(database)
    async with database.reading() as session:
        now = await session.scalar(sa.select(sa.func.clock_timestamp()))
    assert message.due_at - now < timedelta(seconds=5)


async def test_a_sender_that_was_stopped_says_nothing_of_what_another_has_taken_since(
    database: Database,
) -> None:
    await one_message(database)
    async with database.transaction() as session:
        (old,) = await repository.take_due(session, 1, _LEASE)
        session.expunge(old)
    await due_now(database)
    async with database.transaction() as session:
        (taken,) = await repository.take_due(session, 1, _LEASE)
    async with database.transaction() as session:
        await repository.failed(session, old, "too late")
        await repository.postpone(session, old, 3_600, "too late")
        await repository.give_back(session, [old], 3_600, "too late")
    (left,) = await intended(database)
    assert left.state is NotificationState.PENDING
    assert (left.attempts, left.due_at, left.last_error) == (2, taken.due_at, None)


async def test_what_a_slow_server_holds_up_is_taken_by_nobody_else(
    database: Database, post_office: PostOffice
) -> None:
    for _ in range(2):
        await one_message(database)
    async with database.transaction() as session:
        batch = await repository.take_due(session, 2, timedelta(0))
    async with database.transaction() as session:
        await repository.renew(session, batch[1:], timedelta(minutes=1))
    assert await sender(database, post_office).round() == 1
    [received] = post_office.received
    assert received["Message-ID"] == batch[0].message_id
    await due_now(database)
    async with database.transaction() as session:  # somebody else took it meanwhile
        await repository.take_due(session, 2, timedelta(0))
        await repository.renew(session, batch, timedelta(minutes=1))
    assert await sender(database, post_office).round() == 1


async def test_a_transient_refusal_is_tried_later_and_ten_are_the_end(
    database: Database, post_office: PostOffice
) -> None:
    await one_message(database)
    post_office.answers = ["451 try later"] * 3
    trying = sender(database, post_office, attempts=3)
    for attempt in (1, 2, 3):
        await due_now(database)
        assert await trying.round() == 1
        (message,) = await intended(database)
        assert message.attempts == attempt
        assert "try later" in (message.last_error or "")
    assert message.state is NotificationState.FAILED


async def test_a_final_refusal_is_not_tried_again(
    database: Database, post_office: PostOffice
) -> None:
    await one_message(database)
    post_office.answers = ["554 we do not want this"]
    await sender(database, post_office).round()
    (message,) = await intended(database)
    assert (message.state, message.attempts) == (NotificationState.FAILED, 1)


async def test_a_failed_message_can_be_sent_again_by_hand(
    database: Database, post_office: PostOffice
) -> None:
    await one_message(database)
    post_office.answers = ["554 we do not want this"]
    await sender(database, post_office).round()
    (failed,) = await intended(database)
    async with database.transaction() as session:
        await service.resend(session, failed.id)
    await sender(database, post_office).round()
    (message,) = await intended(database)
    assert (message.state, message.last_error) == (NotificationState.SENT, None)
    assert post_office.received[0]["Message-ID"] == failed.message_id


async def test_an_address_that_cannot_exist_fails_and_holds_nobody_up(
    database: Database, post_office: PostOffice
) -> None:
    await deliver(database, OrderStory(email="nonsense\r\nBcc: all@example.org").confirmed())
    await one_message(database)
    await sender(database, post_office).round()
    states = [message.state for message in await intended(database)]
    assert states == [NotificationState.FAILED, NotificationState.SENT]


async def test_while_the_mail_server_is_away_no_attempt_is_counted(database: Database) -> None:
    for _ in range(3):
        await one_message(database)
    away = Sender(database, Mailer(Settings(smtp_host=HOST, smtp_port=free_port())))
    assert await away.round() == 3
    for message in await intended(database):
        assert (message.state, message.attempts) == (NotificationState.PENDING, 0)
        assert message.last_error == "The mail server cannot be reached."
    assert await away.round() == 0
