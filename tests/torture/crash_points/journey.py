"""The ways of a few orders and models on which every event of Partline happens at least once.

Whoever walks them is a client that repeats what was not answered, under the same key.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.identity import Identity
from shared.ids import new_id
from tests.torture.crash_points.client import Client
from tests.torture.instruments import POISON
from tests.torture.invariants import check_all
from tests.torture.ledger import Ledger
from tests.torture.world import World

WAIT_SECONDS = 60.0
OF_REST = (4, 6, 7, 18)
EVENTS = frozenset(
    {
        "AccountRegistered",
        *("FileUploaded", "FileRejected", "FileExpired"),
        *("OrderPricingRequested", "OrderCreated", "OrderCancelled", "OrderExpired", "OrderClosed"),
        *("OrderPriceCalculated", "OrderPricingFailed"),
        *("OrderConfirmed", "OrderRejected"),
        *("WorkClaimed", "WorkReleased", "ProductionStarted", "ProductionProblemReported"),
        *("ProductionResumed", "OrderManufactured", "OrderShipped", "OrderDelivered"),
    }
)
ADDRESS = {
    "name": "Pat Partner",
    "street": "Ring 1",
    "city": "Bonn",
    "postalCode": "53111",
    "country": "DE",
}
_SCOPES = frozenset({"orders:read", "orders:write"})
_SUBMIT = "mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { id state } }"
_REGISTER = """mutation ($email: String!) { createAccount(
    email: $email, name: "Nell New", roles: [CUSTOMER], password: "long enough to do") { id } }"""
_CANCEL = 'mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "no more") { state } }'
_REJECT = 'mutation ($id: ID!) { rejectReview(id: $id, reason: "too thin") { state } }'
_DELETE = "mutation ($id: ID!) { deleteModel(modelId: $id) }"
_CREATE = """mutation ($size: Int!) {
    createUpload(fileName: "part.stl", size: $size) { model { id } url headers { name value } } }"""
_COMPLETE = "mutation ($id: ID!) { completeUpload(modelId: $id) { status } }"
_LISTEN = "mutation ($url: String!) { createWebhook(url: $url) { secret } }"
_STEPS = (
    "mutation ($id: ID!) { claimWork(id: $id) { state } }",
    "mutation ($id: ID!) { releaseWork(id: $id) { state } }",
    "mutation ($id: ID!) { claimWork(id: $id) { state } }",
    "mutation ($id: ID!) { startProduction(id: $id) { state } }",
    'mutation ($id: ID!) { reportProblem(id: $id, kind: REWORK, reason: "warped") { state } }',
    "mutation ($id: ID!) { resumeWork(id: $id) { state } }",
    "mutation ($id: ID!) { finishProduction(id: $id) { state } }",
    'mutation ($id: ID!) { shipWork(id: $id, carrier: "DHL", trackingNumber: "1") { state } }',
    "mutation ($id: ID!) { markDelivered(id: $id) { state } }",
)
_STATE = "select state from orders where id = $1"
_AGED = "update orders set touched_at = touched_at - interval '31 days' where id = $1"


def _person(role: str, name: str) -> Identity:
    subject = uuid4()
    return Identity(
        subject,
        frozenset({role}),
        scopes=_SCOPES,
        partner=subject if role == "partner" else None,
        name=name,
        email=f"{subject.hex[:12]}@example.org",
    )


@dataclass
class Journey:
    """A partner, an operator and who else is needed; `model` is a file that can be ordered."""

    client: Client
    ledger: Ledger
    world: World
    model: UUID
    partner: Identity = field(default_factory=lambda: _person("partner", "Pat"))
    operator: Identity = field(default_factory=lambda: _person("operator", "Otis"))
    carer: Identity = field(default_factory=lambda: _person("crm", "Cleo"))
    manager: Identity = field(default_factory=lambda: _person("manager", "Mina"))

    async def walk(self) -> None:
        """Everything that can happen, to its end."""
        model = await self._copied()
        await self._register()
        made, rejected = await self.submitted(model), await self.submitted(model, quantity=2_000)
        cancelled, expired = (
            await self.submitted(model, place=False),
            await self.submitted(model, place=False),
        )
        refused = new_id()
        await self.client.command("refuse_model", refused, self.partner.subject)
        unpriced = await self.submitted(refused)
        await self._reaches(cancelled, "priced")
        await self._data("shop", self.partner, _CANCEL, id=cancelled)
        await self._reaches(expired, "priced")
        await self.world.rows("shop", _AGED, expired)
        await self._reaches(rejected, "placed")
        await self._reviewed(rejected)
        await self._data("crm", self.carer, _REJECT, id=rejected)
        await self._made(made)
        await self._reaches(unpriced, "needs_attention")
        await self._reaches(expired, "expired")
        await self._reaches(rejected, "rejected")
        await self._reaches(made, "closed")
        unused = await self._copied()
        await self._data("editor", self.partner, _DELETE, id=unused)

    async def order(self, state: str = "confirmed", **more: Any) -> UUID:
        """One more small order of the partner, as far as `state`."""
        order_id = await self.begun(**more)
        await self._reaches(order_id, state)
        return order_id

    async def begun(self, **more: Any) -> UUID:
        """As `order`, as soon as it is acknowledged."""
        return await self.submitted(await self._copied(), **more)

    async def made(self, order_id: UUID) -> None:
        """An order that is confirmed, to its end."""
        await self._made(order_id)
        await self._reaches(order_id, "closed")

    async def upload(self, body: bytes) -> UUID:
        """A file of the partner that the editor looks at, once it is ready."""
        answer = await self._data("editor", self.partner, _CREATE, size=len(body))
        begun = answer["createUpload"]
        headers = {header["name"]: header["value"] for header in begun["headers"]}
        async with httpx.AsyncClient() as http:
            (await http.put(begun["url"], content=body, headers=headers)).raise_for_status()
        model_id = UUID(begun["model"]["id"])
        await self._data("editor", self.partner, _COMPLETE, id=model_id)
        query = "select status from model where id = $1"
        await self.until(lambda: self._is("editor", query, model_id, "ready"), f"{model_id} ready")
        return model_id

    async def listen(self, url: str) -> None:
        """Have the partner's server called with news of its orders."""
        await self._data("notification", self.partner, _LISTEN, url=url)

    async def has_letter(self, service: str, order_id: UUID) -> bool:
        """Whether a dead letter about the order waits for a person."""
        query = "select exists (select from dead_letter where correlation_id = $1)"
        return bool(await self.world.value(service, query, order_id))

    async def redrive(self, service: str) -> None:
        """Redrive all dead letters of a service, once their cause is mended."""
        redrive = (
            f"mutation ($of: DeadLetterGroupKey!) {{ {service}Redrive(group: $of) {{ left }} }}"
        )
        await self._data(service, self.manager, redrive, of={"consumer": service})

    async def until(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait, keeping the process alive. Fails after a minute."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not await condition():
            assert time.monotonic() < deadline, f"this never came: {what}"
            await self.client.look_after()
            await asyncio.sleep(0.02)

    async def rest(self) -> None:
        """Wait until nothing moves any more. Fails with what still does after a minute."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (report := await check_all(self.world, OF_REST)).broken:
            assert time.monotonic() < deadline, f"{report.text()}\n{self.client.log}"
            await self.client.look_after()
            await asyncio.sleep(0.1)

    async def _copied(self) -> UUID:
        model_id = new_id()
        await self.client.command("copy_model", self.model, model_id, self.partner.subject)
        for service, table in (("shop", "model"), ("mes", "model_file")):
            query = f"select id::text from {table} where id = $1"
            known = partial(self._is, service, query, model_id, str(model_id))
            await self.until(known, f"{service} to know model {model_id}")
        return model_id

    async def _register(self) -> None:
        email = f"{uuid4().hex[:12]}@example.org"
        self.ledger.intended("createAccount", email, {"by": "manager", "variables": {}})
        answer = await self.client.ask("accounts", self.manager, _REGISTER, email=email)
        if answer.get("errors"):  # it was made, and the answer was lost
            assert answer["errors"][0]["extensions"]["code"] == "EMAIL_TAKEN", answer
            return
        self.ledger.acknowledged("createAccount", email, answer["data"]["createAccount"])

    async def submitted(
        self, model: UUID, *, quantity: int = 1, place: bool = True, reference: str = "PO 1"
    ) -> UUID:
        key = uuid4().hex
        asked = {
            "idempotencyKey": key,
            "partnerReference": reference,
            "lines": [
                {"modelId": str(model), "material": "PLA", "finish": "raw", "quantity": quantity}
            ],
            "address": ADDRESS,
            "autoPlaceUpTo": 100_000_000 if place else None,
        }
        content = {"by": self.partner.email, "variables": {"input": asked}}
        if reference.startswith(POISON):
            self.ledger.poison("event", key, {"consumer": reference.removeprefix(POISON)})
        self.ledger.intended("submitOrder", key, content)
        answer = await self._data("shop", self.partner, _SUBMIT, input=asked)
        self.ledger.acknowledged("submitOrder", key, answer["submitOrder"])
        return UUID(answer["submitOrder"]["id"])

    async def _made(self, order_id: UUID) -> None:
        await self._reaches(order_id, "confirmed")
        query = "select state from work_order where id = $1"
        await self.until(
            lambda: self._is("operator", query, order_id, "AVAILABLE"), f"work on {order_id}"
        )
        for step in _STEPS:
            await self._data("operator", self.operator, step, id=order_id)

    async def _reviewed(self, order_id: UUID) -> None:
        query = "select state from review where id = $1"
        await self.until(
            lambda: self._is("crm", query, order_id, "PENDING"), f"review of {order_id}"
        )

    async def _reaches(self, order_id: UUID, state: str) -> None:
        await self.until(
            lambda: self._is("shop", _STATE, order_id, state), f"order {order_id} to be {state}"
        )

    async def _is(self, service: str, query: str, subject: UUID, wanted: str) -> bool:
        return bool(await self.world.value(service, query, subject) == wanted)

    async def _data(
        self, service: str, who: Identity, query: str, **variables: Any
    ) -> Mapping[str, Any]:
        return await self.client.data(service, who, query, **variables)
