"""Somebody who asks until there is an answer, and keeps a ledger of what was promised."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from partline.demo.outcome import OutOfReach, Refused
from tests.torture.chaos.traffic.gateway import Gateway
from tests.torture.ledger import Ledger

T = TypeVar("T")
PATIENCE_SECONDS = 90.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.5
_HASTE = 0.03


class GaveUp(Exception):
    """There was no answer for as long as the person had patience; nobody knows what happened."""


class Person:
    """`headers` say who it is. One person's chance is its own, so that a seed repeats it."""

    def __init__(
        self,
        gateway: Gateway,
        ledger: Ledger,
        name: str,
        headers: Mapping[str, str],
        chance: random.Random,
    ) -> None:
        self.gateway = gateway
        self.ledger = ledger
        self.name = name
        self.chance = chance
        self._headers = headers

    async def look(self, document: str, /, **variables: object) -> dict[str, Any]:
        """What a query answers. Raises Refused and GaveUp."""
        return await self.until_answered(
            lambda: self.gateway.ask(document, variables, self._headers)
        )

    async def act(
        self, kind: str, key: str, document: str, /, **variables: object
    ) -> dict[str, Any]:
        """What a mutation of the name `kind` answers; every try sends the same.

        The intention is on disk before the first try, the answer before this returns. Raises
        Refused and GaveUp.
        """
        content = {"by": self.name, "variables": variables}
        await asyncio.to_thread(self.ledger.intended, kind, key, content)
        try:
            data = await self.until_answered(lambda: self._hasty(document, variables))
        except Refused as refusal:
            await asyncio.to_thread(self.ledger.refused, kind, key, refusal.code)
            raise
        answer: dict[str, Any] = data[kind] if isinstance(data[kind], dict) else {"is": data[kind]}
        await asyncio.to_thread(self.ledger.acknowledged, kind, key, answer)
        return answer

    async def until_answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer of the first try that has one. Raises GaveUp, and Refused at once."""
        end, wait = time.monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE
        while True:
            try:
                return await ask()
            except OutOfReach as trouble:
                if time.monotonic() > end:
                    raise GaveUp(f"{self.name}: {trouble}") from trouble
            await asyncio.sleep(self.chance.uniform(0.5, 1.0) * wait)
            wait = min(wait * 2, _LONGEST_PAUSE)

    async def until(
        self, look: Callable[[], Awaitable[T | None]], seconds: float = PATIENCE_SECONDS
    ) -> T:
        """What `look` finds once it finds something. Raises GaveUp."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(self.chance.uniform(0.2, 0.5))
        raise GaveUp(f"{self.name} has waited for {seconds:.0f} s")

    async def _hasty(self, document: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """Ask; now and then hang up before the answer, or ask twice at once."""
        mood = self.chance.random()
        if mood < _HASTE:
            try:
                async with asyncio.timeout(self.chance.uniform(0.002, 0.06)):
                    return await self.gateway.ask(document, variables, self._headers)
            except TimeoutError as error:
                raise OutOfReach("hung up") from error
        if mood < 2 * _HASTE:
            both = await asyncio.gather(
                *(self.gateway.ask(document, variables, self._headers) for _ in range(2)),
                return_exceptions=True,
            )
            return _first(both)
        return await self.gateway.ask(document, variables, self._headers)


def _first(answers: "list[dict[str, Any] | BaseException]") -> dict[str, Any]:
    """The first that is an answer; a refusal counts only when both are none."""
    for answer in answers:
        if not isinstance(answer, BaseException):
            return answer
    for failure in answers:
        if isinstance(failure, OutOfReach):
            raise failure
    failed = answers[0]
    assert isinstance(failed, BaseException)
    raise failed
