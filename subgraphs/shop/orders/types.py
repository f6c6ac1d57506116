"""Orders in the graph."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from shared.graphql import Info
from shared.graphql.types import MoneyType, Units
from shared.identity import Identity
from shared.money import Money
from subgraphs.shop.foreign import Customer, Finish, Material, Model
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.access import may_cancel, may_read, may_see_customer, owns
from subgraphs.shop.orders.lifecycle import OrderAction, OrderState, allowed_actions
from subgraphs.shop.orders.service import ownership
from subgraphs.shop.orders.tables import OrderLineRow, OrderRow, OrderTransitionRow

strawberry.enum(OrderState, description="Where an order is.")
strawberry.enum(OrderAction, description="What the caller may do to an order now.")


@strawberry.enum
class Channel(Enum):
    """Where an order came from."""

    SHOP = "SHOP"
    PARTNER = "PARTNER"


@strawberry.type
class Address:
    """A postal address."""

    name: str
    street: str
    city: str
    postal_code: str
    country: str


@strawberry.type
class OrderProblem:
    """What is wrong; the message says what to do."""

    code: str
    message: str


@strawberry.type
class OrderTransition:
    """One step of the history. A step from a state to itself came too late to have an effect."""

    at: datetime
    to: OrderState
    event: str
    from_: OrderState | None = strawberry.field(name="from", default=None)
    note: str | None = None

    @classmethod
    def of(cls, row: OrderTransitionRow) -> Self:
        """The step of a row."""
        return cls(
            at=row.at, from_=row.from_state, to=row.to_state, event=row.event.value, note=row.note
        )


@strawberry.type
class OrderLine:
    """A part to be made. `rotation` in degrees about x, y, z; prices before tax."""

    id: strawberry.ID
    model: Model | None
    file_name: str = strawberry.field(description="Empty while the file is still being checked.")
    material: Material | None
    finish: Finish | None
    quantity: int
    scale: float
    units: Units
    rotation: list[float]
    lead_time: str = strawberry.field(description="A code of `leadTimes`.")
    unit_price: MoneyType | None
    total: MoneyType | None

    @classmethod
    def of(cls, row: OrderLineRow, currency: str) -> Self:
        """The line of a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            model=Model(id=strawberry.ID(str(row.model_id))),
            file_name=row.file_name,
            material=Material(code=row.material),
            finish=Finish(code=row.finish),
            quantity=row.quantity,
            scale=row.scale,
            units=Units(row.units),
            rotation=list(row.rotation),
            lead_time=row.lead_time,
            unit_price=_money(row.unit_price, currency),
            total=_money(row.total_price, currency),
        )


@federation.type(keys=["id"])
class Order:
    """An order; `total` includes tax. `customer` is null for a visitor, and to operators."""

    id: strawberry.ID
    reference: str
    state: OrderState
    revision: int
    channel: Channel
    customer: Customer | None
    partner_reference: str | None
    lines: list[OrderLine]
    total: MoneyType | None
    auto_place_up_to: MoneyType | None
    shipping_address: Address | None
    problem: OrderProblem | None
    created_at: datetime
    updated_at: datetime
    placed_at: datetime | None
    price_expires_at: datetime | None
    allowed: list[OrderAction]

    @strawberry.field(description="Every step, oldest first.")
    async def history(self, info: Info) -> list[OrderTransition]:
        async def load(ids: Sequence[UUID]) -> list[list[OrderTransitionRow]]:
            async with info.context.runtime.database.reading() as session:
                steps = await repository.history_of(session, ids)
            return [steps[order_id] for order_id in ids]

        rows = await info.context.loader("history", load).load(UUID(self.id))
        return [OrderTransition.of(row) for row in rows]

    @classmethod
    def seen_by(cls, identity: Identity, row: OrderRow) -> Self | None:
        """What the caller may see of the order; None when that is nothing."""
        whose = ownership(row)
        if not may_read(identity, whose):
            return None
        known = bool(row.customer_email) and may_see_customer(identity, whose)
        return cls(
            id=strawberry.ID(str(row.id)),
            reference=row.reference,
            state=row.state,
            revision=row.revision,
            channel=Channel(row.channel),
            customer=Customer(id=strawberry.ID(str(row.owner_id))) if known else None,
            partner_reference=row.partner_reference,
            lines=[OrderLine.of(line, row.currency) for line in row.lines],
            total=_money(row.total, row.currency),
            auto_place_up_to=_money(row.auto_place_up_to, row.currency),
            shipping_address=None if row.address is None else Address(**row.address),
            problem=_problem(row),
            created_at=row.created_at,
            updated_at=row.updated_at,
            placed_at=row.placed_at,
            price_expires_at=row.price_expires_at,
            allowed=_allowed(identity, row),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002
        return await cls.visible(info, id)

    @classmethod
    async def visible(cls, info: Info, order_id: str) -> Self | None:
        """The order if the caller may see it; all that one request asks for come in one query."""
        try:
            key = UUID(order_id)
        except ValueError:
            return None

        async def load(ids: Sequence[UUID]) -> list[OrderRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await repository.by_ids(session, ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("orders", load).load(key)
        return None if row is None else cls.seen_by(info.context.identity, row)


def _money(amount: int | None, currency: str) -> MoneyType | None:
    return None if amount is None else MoneyType.of(Money(amount, currency))


def _problem(row: OrderRow) -> OrderProblem | None:
    if row.problem_code is None or row.problem_message is None:
        return None
    return OrderProblem(code=row.problem_code, message=row.problem_message)


def _allowed(identity: Identity, row: OrderRow) -> list[OrderAction]:
    actions = allowed_actions(row.state)
    if owns(identity, ownership(row)):
        return actions
    cancel = OrderAction.CANCEL
    return [cancel] if cancel in actions and may_cancel(identity, ownership(row)) else []
