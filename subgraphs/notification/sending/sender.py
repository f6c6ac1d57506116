"""Sends what is due, beside the service: at least once, under a stable Message-ID."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta

import structlog

from db.engine import Database
from jobs.leases import holding
from shared.live import changed
from subgraphs.notification.messages.tables import Notification
from subgraphs.notification.sending import repository
from subgraphs.notification.sending.mailer import Mailer
from subgraphs.notification.sending.retry import RetrySchedule
from subgraphs.notification.sending.verdict import Verdict, verdict

_BATCH = 10
_LEASE_SECONDS = 4.0  # what a message waits for when its sender dies
_LEASE = timedelta(seconds=_LEASE_SECONDS)
_RENEWALS_IN_A_LEASE = 4
_POLL_SECONDS = 0.5
_AWAY_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Sender:
    """Any number may run at once: each message is taken by one of them."""

    def __init__(
        self, database: Database, mailer: Mailer, schedule: RetrySchedule | None = None
    ) -> None:
        self._database = database
        self._mailer = mailer
        self._schedule = schedule or RetrySchedule()
        self._chance = random.Random()  # noqa: S311 - jitter, not a secret

    async def run(self) -> None:
        """Send for ever; when the database is away, wait for it."""
        while True:
            try:
                taken = await self.round()
            except Exception:
                _log.warning("cannot look for messages to send", exc_info=True)
                taken = 0
            if not taken:
                await asyncio.sleep(_POLL_SECONDS)

    async def round(self) -> int:
        """Send what is due now, up to one batch; gives how many were tried.

        When the mail server is away, all go back uncounted and are due a few seconds later.
        """
        async with self._database.glance() as session:
            if not await repository.any_due(session):
                return 0
        async with self._database.transaction() as session:
            batch = await repository.take_due(session, _BATCH, _LEASE)
        left = list(batch)

        async def renew() -> bool:
            async with self._database.transaction() as session:
                await repository.renew(session, left, _LEASE)
            return True

        async with holding(renew, _LEASE_SECONDS / _RENEWALS_IN_A_LEASE):
            try:
                while left and await self._send(left[0]):
                    left.pop(0)
            finally:
                await self._mailer.hang_up()
        await self._give_back(left)
        return len(batch)

    async def _give_back(self, left: Sequence[Notification]) -> None:
        if not left:
            return
        delay = self._chance.uniform(_AWAY_SECONDS / 2, _AWAY_SECONDS)
        async with self._database.transaction() as session:
            await repository.give_back(session, left, delay, "The mail server cannot be reached.")

    async def _send(self, notification: Notification) -> bool:
        """Try once and note the outcome; False when the mail server is away."""
        try:
            await self._mailer.send(notification)
        except Exception as error:
            return await self._note_failure(notification, error)
        async with self._database.transaction() as session:
            await repository.sent(session, notification.id)
            changed(session, f"order:{notification.order_id}", "mailbox")
        return True

    async def _note_failure(self, notification: Notification, error: Exception) -> bool:
        judged, text = verdict(error), f"{type(error).__name__}: {error}"[:1_000]
        _log.warning(
            "message not sent",
            notification=str(notification.id),
            correlation_id=str(notification.order_id),
            attempt=notification.attempts,
            verdict=judged.value,
            error=text,
        )
        if judged is Verdict.AWAY:
            return False
        async with self._database.transaction() as session:
            if judged is Verdict.REFUSED or self._schedule.exhausted(notification.attempts):
                await repository.failed(session, notification, text)
                changed(session, f"order:{notification.order_id}", "mailbox")
            else:
                delay = self._schedule.delay(notification.attempts, self._chance.uniform)
                await repository.postpone(session, notification, delay, text)
        return True
