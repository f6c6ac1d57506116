"""Calls the partners' addresses: at least once for each piece of news, under an id that stays."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import aiohttp
import structlog

from db.engine import Database
from jobs.leases import LeaseLost, holding
from shared.errors import Invalid
from subgraphs.notification.sending.retry import RetrySchedule
from subgraphs.notification.webhooks import repository
from subgraphs.notification.webhooks.caller import Caller, Reply
from subgraphs.notification.webhooks.tables import Webhook, WebhookDelivery

SCHEDULE = RetrySchedule(first_seconds=5.0, longest_seconds=6 * 3_600.0, attempts=24)
"""About a day and a half in the mean, and three at most."""

_AT_ONCE = 32
_AT_ONE_ADDRESS = 4
_LEASE = timedelta(seconds=4)  # what a piece of news waits for when its sender dies
_RENEWED_SECONDS = 1.0
_POLL_SECONDS = 0.5
_SILENT = timedelta(days=1)
_KEPT = timedelta(days=30)
_FORGET_SECONDS = 3_600.0
_FORGOTTEN_AT_ONCE = 1_000

_log = structlog.get_logger(__name__)


class WebhookSender:
    """Any number may run at once: each delivery is taken by one of them. An address that is slow
    holds up its own news alone."""

    def __init__(
        self, database: Database, caller: Caller, schedule: RetrySchedule = SCHEDULE
    ) -> None:
        self._database = database
        self._caller = caller
        self._schedule = schedule
        self._chance = random.Random()  # noqa: S311 - jitter, not a secret
        self._calls: dict[asyncio.Task[None], UUID] = {}

    async def run(self) -> None:
        """Call for ever; when the database is away, wait for it."""
        try:
            while True:
                try:
                    await self._start_due()
                except Exception:
                    _log.warning("cannot look for news to send", exc_info=True)
                if self._calls:
                    await asyncio.wait(
                        self._calls, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED
                    )
                else:
                    await asyncio.sleep(_POLL_SECONDS)
        finally:
            for call in self._calls:
                call.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)
            await self._caller.close()

    async def forget(self) -> None:
        """Delete for ever what is older than thirty days."""
        while True:
            try:
                async with self._database.transaction() as session:
                    gone = await repository.forget(session, _KEPT, _FORGOTTEN_AT_ONCE)
            except Exception:
                _log.warning("cannot delete old webhook deliveries", exc_info=True)
                gone = 0
            if gone < _FORGOTTEN_AT_ONCE:
                await asyncio.sleep(_FORGET_SECONDS)

    async def round(self) -> int:
        """Send what is due now and wait for the outcome; gives how many were tried."""
        started = await self._start_due()
        if self._calls:
            await asyncio.wait(self._calls)
        return started

    async def _start_due(self) -> int:
        under_way = Counter(self._calls.values())
        free = _AT_ONCE - under_way.total()
        if free <= 0:
            return 0
        async with self._database.glance() as session:
            if not await repository.any_due(session):
                return 0
        busy = [webhook for webhook, calls in under_way.items() if calls >= _AT_ONE_ADDRESS]
        async with self._database.transaction() as session:
            taken = await repository.take_due(session, free, _AT_ONE_ADDRESS, busy, _LEASE)
        for delivery, webhook in taken:
            call = asyncio.create_task(self._send(delivery, webhook))
            self._calls[call] = webhook.id
            call.add_done_callback(self._ended)
        return len(taken)

    def _ended(self, call: "asyncio.Task[None]") -> None:
        self._calls.pop(call)
        if not call.cancelled() and call.exception() is not None:
            # What became of the call is not noted, so it comes back when its time is over.
            _log.warning("webhook call not noted", exc_info=call.exception())

    async def _send(self, delivery: WebhookDelivery, webhook: Webhook) -> None:
        async def renew() -> bool:
            async with self._database.transaction() as session:
                return await repository.renew(session, delivery, _LEASE)

        try:
            async with holding(renew, _RENEWED_SECONDS):
                reply = await self._caller.call(webhook, delivery, _keys(webhook))
        except LeaseLost:
            return  # another sender has it, or its webhook is deleted
        except (aiohttp.ClientError, OSError, TimeoutError, Invalid) as error:
            await self._note_failure(delivery, None, _sentence(error))
            return
        if reply.accepted:
            async with self._database.transaction() as session:
                await repository.accepted(session, delivery, reply.status)
        elif reply.gone:
            await self._note_gone(delivery, reply)
        else:
            await self._note_failure(
                delivery, reply.status, f"The address answered {reply.status}."
            )

    async def _note_gone(self, delivery: WebhookDelivery, reply: Reply) -> None:
        reason = "The address answered 410 Gone."
        async with self._database.transaction() as session:
            await repository.failed(session, delivery, reply.status, reason)
            await repository.disable(
                session, delivery.webhook_id, reason, unless_accepted_for=timedelta()
            )

    async def _note_failure(
        self, delivery: WebhookDelivery, status: int | None, error: str
    ) -> None:
        exhausted = self._schedule.exhausted(delivery.attempts)
        _log.info(
            "webhook not accepted",
            delivery=str(delivery.id),
            correlation_id=str(delivery.order_id),
            attempt=delivery.attempts,
            given_up=exhausted,
            error=error,
        )
        async with self._database.transaction() as session:
            if exhausted:
                await repository.failed(session, delivery, status, error)
                await repository.disable(
                    session,
                    delivery.webhook_id,
                    f"{delivery.attempts} attempts failed. The last: {error}",
                    unless_accepted_for=_SILENT,
                )
            else:
                delay = self._schedule.delay(delivery.attempts, self._chance.uniform)
                await repository.postpone(session, delivery, delay, status, error)


def _keys(webhook: Webhook) -> list[bytes]:
    keys = [webhook.secret]
    until = webhook.old_secret_until
    if webhook.old_secret is not None and until is not None and until > datetime.now(UTC):
        keys.append(webhook.old_secret)
    return keys


def _sentence(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "The address did not answer within ten seconds."
        case Invalid():
            return error.message
        case _:
            return f"The address could not be called: {error}"[:500]
