"""One call to a partner's address."""

import time
from dataclasses import dataclass

import aiohttp

from subgraphs.notification.webhooks.address import GuardedResolver, check_url
from subgraphs.notification.webhooks.signing import headers
from subgraphs.notification.webhooks.tables import Webhook, WebhookDelivery

_SECONDS = 10.0
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Reply:
    """The address answered with this HTTP status."""

    status: int

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The address asks never to be called again (RFC 9110, section 15.5.11)."""
        return self.status == 410


class Caller:
    """Calls addresses, with ten seconds for each; follows no redirect and reads no answer.

    `private`: addresses in private networks are allowed, as on a developer's machine.
    """

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._session: aiohttp.ClientSession | None = None

    async def call(self, webhook: Webhook, delivery: WebhookDelivery, keys: list[bytes]) -> Reply:
        """Raises aiohttp.ClientError, OSError, TimeoutError, or Invalid when it may not be
        called."""
        check_url(webhook.url, private=self._private)
        message_id = f"msg_{delivery.id.hex}"
        signed = headers(message_id, int(time.time()), delivery.body, keys)
        async with self._open().post(
            webhook.url,
            data=delivery.body,
            headers=signed | {"content-type": "application/json", "user-agent": "Partline"},
            allow_redirects=False,
        ) as response:
            return Reply(response.status)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        # aiohttp binds a session to the running loop, so it is made on first use.
        if self._session is None:
            resolver = None if self._private else GuardedResolver()
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
                connector=aiohttp.TCPConnector(
                    limit=_AT_ONCE, resolver=resolver, use_dns_cache=False, force_close=True
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session
