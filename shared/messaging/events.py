"""Every event of Partline, by producer. Money is in minor units, lengths in mm."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.messaging.event import Event

UnitsName = Literal["MM", "CM", "M", "INCH"]


class Part(BaseModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PostalAddress(Part):
    name: str
    street: str
    city: str
    postal_code: str
    country: str


class RequestedLine(Part):
    """What is to be priced; `rotation` in degrees about x, y, z. `lead_time` is a code of mes's
    price book."""

    line_id: UUID
    model_id: UUID
    material: str
    finish: str
    quantity: int
    scale: float = 1.0
    units: UnitsName = "MM"
    rotation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lead_time: str = "standard"


class PricedLine(Part):
    """`total` is net of tax and rounded once for the line; `unit` is it over the quantity, rounded
    again, to be shown and never to be multiplied. The breakdown stays with mes."""

    line_id: UUID
    unit: int
    total: int


class OrderedLine(RequestedLine):
    """A line as it was ordered, with all that making it needs."""

    file_name: str
    unit: int
    total: int


class OrderSnapshot(Part):
    """An order as its customer accepted it. `owner_id` is an account, or the partner's account."""

    order_id: UUID
    reference: str
    channel: Literal["SHOP", "PARTNER"]
    owner_id: UUID
    partner_id: UUID | None = None
    partner_reference: str | None = None
    customer_name: str
    customer_email: str
    revision: int
    lines: tuple[OrderedLine, ...]
    total: int
    tax: int
    currency: str
    address: PostalAddress
    warnings: tuple[str, ...] = ()


# accounts


class AccountsEvent(Event):
    producer: ClassVar[str] = "accounts"


class AccountRegistered(AccountsEvent):
    account_id: UUID
    email: str
    name: str
    roles: tuple[str, ...]


# editor


class EditorEvent(Event):
    producer: ClassVar[str] = "editor"


class ModelFacts(Part):
    """The check's result under the guessed units: `box_mm` (x, y, z), `volume_mm3`, `area_mm2`."""

    units: UnitsName
    units_certain: bool
    box_mm: tuple[float, float, float]
    volume_mm3: float
    area_mm2: float
    triangles: int
    bodies: int
    watertight: bool
    warnings: tuple[str, ...] = ()


class FileUploaded(EditorEvent):
    """A model is in storage, checked and drawn."""

    model_id: UUID
    owner_id: UUID
    file_name: str
    size: int
    content_hash: str
    object_key: str
    format: str
    facts: ModelFacts
    public: bool = False


class FileRejected(EditorEvent):
    model_id: UUID
    owner_id: UUID
    file_name: str
    code: str
    message: str


class FileExpired(EditorEvent):
    model_id: UUID
    reason: str


# shop


class ShopEvent(Event):
    producer: ClassVar[str] = "shop"


class OrderPricingRequested(ShopEvent):
    order_id: UUID
    revision: int
    channel: Literal["SHOP", "PARTNER"]
    owner_id: UUID
    partner_id: UUID | None = None
    customer_name: str = ""
    customer_email: str = ""
    reference: str = ""
    lines: tuple[RequestedLine, ...]
    currency: str


class OrderCreated(ShopEvent):
    """The order is placed at a price that its customer accepted."""

    order: OrderSnapshot
    automatic: bool = False


class OrderCancelled(ShopEvent):
    order_id: UUID
    reference: str
    by: str
    reason: str


class OrderExpired(ShopEvent):
    order_id: UUID
    reference: str
    reason: str


class OrderClosed(ShopEvent):
    order_id: UUID
    reference: str
    model_ids: tuple[UUID, ...]


# mes


class MesEvent(Event):
    producer: ClassVar[str] = "mes"


class OrderPriceCalculated(MesEvent):
    """`total` includes `tax`; an answer for a revision that is no longer the order's is stale.
    `by_hand`: a person made the price of a line."""

    order_id: UUID
    revision: int
    lines: tuple[PricedLine, ...]
    total: int
    tax: int
    currency: str
    price_book: int
    valid_until: datetime
    warnings: tuple[str, ...] = ()
    by_hand: bool = False


class OrderPricingFailed(MesEvent):
    order_id: UUID
    revision: int
    line_id: UUID | None = None
    code: str
    message: str


# crm


class CrmEvent(Event):
    producer: ClassVar[str] = "crm"


class OrderConfirmed(CrmEvent):
    order: OrderSnapshot
    automatic: bool
    decided_by: str
    note: str = ""


class OrderRejected(CrmEvent):
    order_id: UUID
    reference: str
    owner_id: UUID
    decided_by: str
    reason: str


# operator


class OperatorEvent(Event):
    producer: ClassVar[str] = "operator"


class WorkClaimed(OperatorEvent):
    order_id: UUID
    operator_id: UUID
    operator_name: str


class WorkReleased(OperatorEvent):
    order_id: UUID
    operator_id: UUID
    operator_name: str


class ProductionStarted(OperatorEvent):
    order_id: UUID
    operator_id: UUID
    operator_name: str


class ProductionProblemReported(OperatorEvent):
    """`kind` REWORK: the same operator mends it; SCRAP: it is made anew by whoever claims it."""

    order_id: UUID
    operator_id: UUID
    operator_name: str
    kind: Literal["REWORK", "SCRAP"]
    reason: str


class ProductionResumed(OperatorEvent):
    order_id: UUID
    operator_id: UUID
    operator_name: str


class OrderManufactured(OperatorEvent):
    order_id: UUID
    operator_id: UUID
    operator_name: str


class OrderShipped(OperatorEvent):
    order_id: UUID
    operator_id: UUID
    operator_name: str
    carrier: str
    tracking_number: str


class OrderDelivered(OperatorEvent):
    order_id: UUID
    delivered_at: datetime
