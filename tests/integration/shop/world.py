"""What tests of the shop need: people, the graph, and the events of other services."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa

from db.engine import Database
from shared.graphql.context import Context
from shared.identity import Identity
from shared.ids import new_id
from shared.messaging import Envelope, Event
from shared.messaging.events import (
    FileUploaded,
    ModelFacts,
    OrderConfirmed,
    OrderPriceCalculated,
    OrderPricingFailed,
    PricedLine,
)
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.tables import outbox
from shared.service import JobQueue, Runtime
from shared.settings import Settings
from shared.storage import ObjectStorage
from subgraphs.shop.consumer import CONSUMER
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.placing import snapshot
from subgraphs.shop.orders.sweeper import Sweeper
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.schema import schema
from tests.envelopes import sent

ADDRESS = {
    "name": "Sam Shopper",
    "street": "High Street 1",
    "city": "Utrecht",
    "postalCode": "3511 AA",
    "country": "NL",
}
SCOPES = frozenset({"orders:read", "orders:write"})

ORDER = """
id reference state revision channel partnerReference allowed placedAt
customer { id } total { amount currency text } problem { code message }
shippingAddress { name city }
lines { id fileName quantity model { id } material { code } unitPrice { amount } }
history { from to event note }
"""


def visitor() -> Identity:
    return Identity(uuid4(), frozenset({"visitor"}))


def customer(name: str = "Sam Shopper", *, was: Identity | None = None) -> Identity:
    also = frozenset() if was is None else frozenset({was.subject})
    email = f"{uuid4().hex[:8]}@example.org"
    return Identity(
        uuid4(), frozenset({"customer"}), also=also, scopes=SCOPES, name=name, email=email
    )


def partner() -> Identity:
    account = uuid4()
    return Identity(
        account,
        frozenset({"partner"}),
        scopes=SCOPES,
        partner=account,
        name="Bracket & Sons",
        email="orders@bracket.example",
    )


def staff(role: str) -> Identity:
    return Identity(uuid4(), frozenset({role}), scopes=SCOPES, name=role, email=f"{role}@x.example")


class Refused(Exception):
    """The graph answered with an error."""

    def __init__(self, code: str, extensions: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.extensions = extensions


class World:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.settings = Settings(_env_file=None)
        self._versions: dict[tuple[str, UUID], int] = {}
        self.inbox = Inbox(database, CONSUMER)

    # the graph

    async def ask(self, who: Identity, query: str, **variables: Any) -> dict[str, Any]:
        runtime = Runtime(
            self.settings, self.database, cast(ObjectStorage, None), cast(JobQueue, None)
        )
        result = await schema.execute(
            query, variable_values=variables, context_value=Context(who, "test", runtime)
        )
        for error in result.errors or ():
            original = error.original_error
            if original is None:
                raise error
            code = getattr(original, "error_code", None)
            if code is None:
                raise original
            raise Refused(code, original.details)  # type: ignore[attr-defined]
        assert result.data is not None
        return result.data

    async def add(self, who: Identity, model_id: UUID, **line: Any) -> dict[str, Any]:
        fields = {"modelId": str(model_id), "material": "PLA", "finish": "raw", "quantity": 1}
        data = await self.ask(
            who,
            f"mutation($line: LineInput!) {{ addToBasket(line: $line) {{ {ORDER} }} }}",
            line=fields | line,
        )
        return cast(dict[str, Any], data["addToBasket"])

    async def place(
        self, who: Identity, order_id: str, total: int, **address: str
    ) -> dict[str, Any]:
        data = await self.ask(
            who,
            f"""mutation($id: ID!, $address: AddressInput!, $total: Int!) {{
                placeOrder(orderId: $id, address: $address, acceptedTotal: $total) {{ {ORDER} }}
            }}""",
            id=order_id,
            address=ADDRESS | address,
            total=total,
        )
        return cast(dict[str, Any], data["placeOrder"])

    async def cancel(self, who: Identity, order_id: str) -> dict[str, Any]:
        data = await self.ask(
            who,
            f'mutation($id: ID!) {{ cancelOrder(orderId: $id, reason: "why") {{ {ORDER} }} }}',
            id=order_id,
        )
        return cast(dict[str, Any], data["cancelOrder"])

    async def submit(self, who: Identity, model_id: UUID, **submission: Any) -> dict[str, Any]:
        line = {"modelId": str(model_id), "material": "PA12", "finish": "raw", "quantity": 5}
        data = await self.ask(
            who,
            f"mutation($i: SubmitOrderInput!) {{ submitOrder(input: $i) {{ {ORDER} }} }}",
            i={"idempotencyKey": "key-1", "lines": [line], "address": ADDRESS} | submission,
        )
        return cast(dict[str, Any], data["submitOrder"])

    async def order(self, who: Identity, order_id: str) -> dict[str, Any] | None:
        data = await self.ask(
            who, f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}", id=order_id
        )
        return cast(dict[str, Any] | None, data["order"])

    # other services

    def envelope(
        self, producer: str, event: Event, aggregate_id: UUID, *, version: int | None = None
    ) -> Envelope:
        key = (producer, aggregate_id)
        if version is None:
            version = self._versions[key] = self._versions.get(key, 0) + 1
        return sent(producer, event, aggregate_id, version)

    async def hear(self, producer: str, event: Event, aggregate_id: UUID | str) -> Outcome:
        return await self.inbox.receive(self.envelope(producer, event, UUID(str(aggregate_id))))

    def uploaded(self, model_id: UUID, owner: UUID, *, public: bool = False) -> FileUploaded:
        return FileUploaded(
            model_id=model_id,
            owner_id=owner,
            file_name="bracket.stl",
            size=84,
            content_hash="0" * 64,
            object_key="models/x",
            format="STL",
            facts=ModelFacts(
                units="MM",
                units_certain=False,
                box_mm=(1, 1, 1),
                volume_mm3=1,
                area_mm2=6,
                triangles=12,
                bodies=1,
                watertight=True,
            ),
            public=public,
        )

    async def model_of(self, owner: Identity, *, public: bool = False) -> UUID:
        model_id = new_id()
        event = self.uploaded(model_id, owner.subject, public=public)
        await self.hear("editor", event, model_id)
        return model_id

    async def row(self, order_id: str | UUID) -> OrderRow:
        async with self.database.reading() as session:
            rows = await repository.by_ids(session, [UUID(str(order_id))])
        return rows[UUID(str(order_id))]

    async def price(
        self, order_id: str, total: int = 4_200, *, revision: int | None = None, days: float = 14
    ) -> OrderPriceCalculated:
        row = await self.row(order_id)
        return OrderPriceCalculated(
            order_id=row.id,
            revision=row.revision if revision is None else revision,
            lines=tuple(PricedLine(line_id=line.id, unit=10, total=10) for line in row.lines),
            total=total,
            tax=total // 6,
            currency="EUR",
            price_book=1,
            valid_until=datetime.now(UTC) + timedelta(days=days),
            warnings=("thin walls",),
        )

    async def priced(self, order_id: str, total: int = 4_200, **how: Any) -> Outcome:
        return await self.hear("mes", await self.price(order_id, total, **how), order_id)

    async def failed(self, order_id: str) -> Outcome:
        row = await self.row(order_id)
        event = OrderPricingFailed(
            order_id=row.id, revision=row.revision, code="TOO_LARGE", message="Too large."
        )
        return await self.hear("mes", event, order_id)

    async def confirmed(self, order_id: str) -> Outcome:
        event = OrderConfirmed(
            order=snapshot(await self.row(order_id)), automatic=False, decided_by="Cleo Carr"
        )
        return await self.hear("crm", event, order_id)

    async def placed_order(self, who: Identity, total: int = 4_200) -> str:
        order = await self.add(who, await self.model_of(who))
        await self.priced(order["id"], total)
        await self.place(who, order["id"], total)
        return str(order["id"])

    async def until_it_waits_for_a_lock(self, task: asyncio.Task[Any]) -> None:
        """Until `task` waits for another transaction, or is done without having to."""
        query = sa.text("select exists (select from pg_locks where not granted)")
        waits = False
        while not waits and not task.done():
            await asyncio.sleep(0.01)
            async with self.database.reading() as session:
                waits = bool(await session.scalar(query))

    async def published(self) -> list[tuple[str, dict[str, Any]]]:
        async with self.database.reading() as session:
            rows = await session.execute(
                sa.select(outbox.c.type, outbox.c.payload).order_by(outbox.c.seq)
            )
            return [(kind, payload) for kind, payload in rows]

    async def published_types(self) -> list[str]:
        return [kind for kind, _ in await self.published()]

    async def sweep(self, *, after: timedelta = timedelta(), **settings: Any) -> None:
        sweeper = Sweeper(self.database, self.settings.model_copy(update=settings))
        await sweeper.sweep(datetime.now(UTC) + after)


def without_scopes(identity: Identity) -> Identity:
    return replace(identity, scopes=frozenset())
