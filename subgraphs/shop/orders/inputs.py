"""What callers send about orders, and how it becomes the shop's own words."""

from uuid import UUID

import strawberry

from shared.errors import NotFound
from shared.graphql.types import Units
from subgraphs.shop.orders.address import Address
from subgraphs.shop.orders.line import Line, LineChange, rotation_of
from subgraphs.shop.orders.submission import Submission


def parse_id(value: str, what: str) -> UUID:
    """An id from a caller; what is no id cannot exist. Raises NotFound."""
    try:
        return UUID(value)
    except ValueError:
        raise NotFound(f"There is no such {what}. Check the id that you sent.") from None


@strawberry.input
class LineInput:
    """A part to be made. `rotation` in degrees about x, y, z. `leadTime` is a code of `leadTimes`;
    without one it is the standard one."""

    model_id: strawberry.ID
    material: str
    finish: str
    quantity: int
    scale: float | None = 1.0
    units: Units | None = Units.MM
    rotation: list[float] | None = strawberry.field(default_factory=lambda: [0.0, 0.0, 0.0])
    lead_time: str | None = "standard"

    def line(self) -> Line:
        """The checked line. Raises NotFound and Invalid."""
        return Line(
            model_id=parse_id(self.model_id, "model"),
            material=self.material,
            finish=self.finish,
            quantity=self.quantity,
            scale=1.0 if self.scale is None else self.scale,
            units="MM" if self.units is None else self.units.value,
            rotation=rotation_of(self.rotation or [0.0, 0.0, 0.0]),
            lead_time="standard" if self.lead_time is None else self.lead_time,
        )


@strawberry.input(name="LineChange")
class LineChangeInput:
    """What is to be different; what is left out stays."""

    material: str | None = None
    finish: str | None = None
    quantity: int | None = None
    scale: float | None = None
    units: Units | None = None
    rotation: list[float] | None = None
    lead_time: str | None = None

    def change(self) -> LineChange:
        """The change. Raises Invalid for a rotation that is not three angles."""
        return LineChange(
            material=self.material,
            finish=self.finish,
            quantity=self.quantity,
            scale=self.scale,
            units=None if self.units is None else self.units.value,
            rotation=None if self.rotation is None else rotation_of(self.rotation),
            lead_time=self.lead_time,
        )


@strawberry.input
class AddressInput:
    """Where the parcel goes."""

    name: str
    street: str
    city: str
    postal_code: str
    country: str

    def address(self) -> Address:
        """The checked address. Raises Invalid."""
        return Address(self.name, self.street, self.city, self.postal_code, self.country)


@strawberry.input
class SubmitOrderInput:
    """A partner's order. Repeat the idempotency key when you retry: it answers the same order.

    With `autoPlaceUpTo` (minor units of `currency`, tax included) the order places itself once its
    price is known and is at most that.
    """

    idempotency_key: str
    lines: list[LineInput]
    address: AddressInput
    partner_reference: str | None = None
    auto_place_up_to: int | None = None
    currency: str | None = "EUR"

    def submission(self) -> Submission:
        """The checked submission. Raises NotFound and Invalid."""
        return Submission(
            idempotency_key=self.idempotency_key,
            lines=tuple(line.line() for line in self.lines),
            address=self.address.address(),
            partner_reference=self.partner_reference,
            auto_place_up_to=self.auto_place_up_to,
            currency=self.currency or "EUR",
        )
