"""Everybody together: orders begin at random moments, and the staff works them off."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from partline.demo.outcome import Refused
from tests.system import PARTNER_KEY, PASSWORD
from tests.torture.chaos.traffic import documents, staff
from tests.torture.chaos.traffic.customers import shop, submit, submit_and_follow
from tests.torture.chaos.traffic.gateway import Gateway
from tests.torture.chaos.traffic.goods import Goods
from tests.torture.chaos.traffic.person import GaveUp, Person
from tests.torture.ledger import Ledger

SHOPPERS = 24
_PARTNERS_SHARE = 0.45
_OPERATORS = ("operator", "operator2")
Forgotten = Callable[[str], Awaitable[None]]


class Crowd:
    """`forgotten` is told of each order that its customer left in the basket."""

    def __init__(self, gateway: Gateway, ledger: Ledger, seed: int, forgotten: Forgotten) -> None:
        self._gateway = gateway
        self._ledger = ledger
        self._seed = seed
        self._forgotten = forgotten
        self._shoppers: asyncio.Queue[Person] = asyncio.Queue()
        self._under_way: set[asyncio.Task[None]] = set()
        self._staff: list[asyncio.Task[None]] = []
        self._goods: Goods | None = None
        self._poison: list[str] = []
        self.staff_works = asyncio.Event()
        self.staff_works.set()
        self.begun = 0
        self.gave_up: list[str] = []

    async def gather(self) -> None:
        """Register shoppers, sign the staff in, look at the catalogue."""
        visitor = self._person("visitor", {})
        self._goods = await asyncio.to_thread(Goods.of, await visitor.look(documents.CATALOGUE))
        for number in range(SHOPPERS):
            self._shoppers.put_nowait(await self._register(number))
        crm = await self._sign_in("crm")
        operators = [await self._sign_in(name) for name in _OPERATORS]
        works = [
            staff.review(crm, self.staff_works),
            *(staff.make(operator, self.staff_works) for operator in operators),
        ]
        self._staff = [asyncio.create_task(work) for work in works]

    def poison(self, consumer: str) -> None:
        """Let the next partner's order carry what `consumer` cannot digest."""
        self._poison.append(consumer)

    async def order(self, seconds: float, orders_a_minute: float) -> None:
        """Begin orders at random moments for so long."""
        chance = random.Random(f"{self._seed} orders")
        loop = asyncio.get_running_loop()
        began, moment = loop.time(), chance.expovariate(orders_a_minute / 60)
        while moment < seconds:
            await asyncio.sleep(max(0.0, began + moment - loop.time()))
            moment += chance.expovariate(orders_a_minute / 60)
            partner = chance.random() < _PARTNERS_SHARE or self._shoppers.empty()
            self._begin(self._partners_order() if partner else self._shoppers_order())

    async def see_one_placed(self) -> None:
        """A partner's order now, of a part that is sent with it, until it has placed itself."""
        self.begun += 1
        await submit_and_follow(self._partner(), self._stock)

    async def settle(self, seconds: float) -> None:
        """Wait until the customers are through; who is not by then gives up."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for task in late:
                self.gave_up.append(f"{task.get_name()} waited until the end")
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def go_home(self) -> None:
        """Nobody does anything any more."""
        tasks = [*self._staff, *self._under_way]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, order: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        self.begun += 1
        task = asyncio.create_task(order, name=f"the customer of order {self.begun}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _shoppers_order(self) -> None:
        person = await self._shoppers.get()
        try:
            left = await shop(person, self._stock)
            if left is not None:
                await self._forgotten(left)
        except (GaveUp, Refused) as trouble:
            self.gave_up.append(f"{person.name}: {trouble}")
        finally:
            self._shoppers.put_nowait(person)

    async def _partners_order(self) -> None:
        person = self._partner()
        consumer = self._poison.pop(0) if self._poison else None
        try:
            await submit(person, self._stock, consumer)
        except (GaveUp, Refused) as trouble:
            self.gave_up.append(f"{person.name}: {trouble}")

    @property
    def _stock(self) -> Goods:
        assert self._goods is not None
        return self._goods

    def _partner(self) -> Person:
        return self._person(f"partner {self.begun}", {"authorization": f"Bearer {PARTNER_KEY}"})

    def _person(self, name: str, headers: dict[str, str]) -> Person:
        chance = random.Random(f"{self._seed} {name}")
        return Person(self._gateway, self._ledger, name, headers, chance)

    async def _register(self, number: int) -> Person:
        visitor = self._person("visitor", {})
        email = f"shopper{number}-{secrets.token_hex(4)}@partline.example"
        password = secrets.token_urlsafe(12)

        async def token() -> str:
            with suppress(Refused):  # an answer was lost and the account is there
                data = await self._gateway.ask(
                    documents.REGISTER, {"email": email, "name": "Dana", "password": password}, {}
                )
                return str(data["register"]["token"])
            known = await self._gateway.ask(
                documents.SIGN_IN, {"email": email, "password": password}, {}
            )
            return str(known["signIn"]["token"])

        return self._person(email, _cookie(await visitor.until_answered(token)))

    async def _sign_in(self, name: str) -> Person:
        visitor, email = self._person("visitor", {}), f"{name}@partline.example"
        data = await visitor.look(documents.SIGN_IN, email=email, password=PASSWORD)
        return self._person(email, _cookie(data["signIn"]["token"]))


def _cookie(token: str) -> dict[str, str]:
    return {"cookie": f"partline_session={token}"}
