"""A work order in the graph, as far as its viewer may see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry import federation

from shared.graphql import Info
from shared.graphql.types import MoneyType, Units
from shared.identity import Identity
from shared.money import Money
from subgraphs.operator.entities import Finish, Material, Model
from subgraphs.operator.work.access import Sight, sight
from subgraphs.operator.work.lifecycle import WorkAction, WorkState, allowed_actions
from subgraphs.operator.work.loading import load_work
from subgraphs.operator.work.tables import WorkOrder as WorkRow

strawberry.enum(WorkState)
strawberry.enum(WorkAction)


@strawberry.type
class WorkLine:
    line_id: strawberry.ID
    model: Model | None
    file_name: str
    material: Material | None
    finish: Finish | None
    quantity: int
    scale: float
    units: Units
    rotation: list[float] = strawberry.field(
        description="How the customer laid it: degrees about x, y, z."
    )

    @classmethod
    def of(cls, line: dict[str, Any]) -> "WorkLine":
        return cls(
            line_id=strawberry.ID(line["line_id"]),
            model=Model(id=strawberry.ID(line["model_id"])),
            file_name=line["file_name"],
            material=Material(code=line["material"]),
            finish=Finish(code=line["finish"]),
            quantity=line["quantity"],
            scale=line["scale"],
            units=Units(line["units"]),
            rotation=list(line["rotation"]),
        )


@strawberry.type
class WorkAddress:
    name: str
    street: str
    city: str
    postal_code: str
    country: str


@federation.type(keys=["id"])
class Order:
    """The shop's order, with its work."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Order":  # noqa: A002 - the key's name
        return cls(id=id)

    @strawberry.field
    async def work(self, info: Info) -> "WorkOrder | None":
        """How far it is; null before it is confirmed."""
        return await visible_work(info, self.id)


@federation.type(keys=["id"])
class WorkOrder:
    """One confirmed order to be made. Its id is the order's."""

    id: strawberry.ID
    order: Order
    reference: str
    state: WorkState
    version: int
    claimed_by: str | None
    claimed_by_id: strawberry.ID | None
    mine: bool
    pay: MoneyType | None = strawberry.field(
        description="What finishing and shipping it earn; for operators and managers."
    )
    lines: list[WorkLine]
    address: WorkAddress | None
    problem: str | None
    carrier: str | None
    tracking_number: str | None
    created_at: datetime
    updated_at: datetime
    allowed: list[WorkAction] = strawberry.field(description="What the caller can do with it now.")

    @classmethod
    async def resolve_reference(
        cls,
        info: Info,
        id: strawberry.ID,  # noqa: A002 - the key's name
    ) -> "WorkOrder | None":
        return await visible_work(info, id)

    @classmethod
    def of(cls, row: WorkRow, viewer: Identity, seen: Sight) -> "WorkOrder":
        staff = seen in (Sight.FULL, Sight.STAFF)
        holder = row.holder_id if staff else None
        me = viewer.subject
        operates = viewer.has("operator")
        return cls(
            id=strawberry.ID(str(row.id)),
            order=Order(id=strawberry.ID(str(row.id))),
            reference=row.reference,
            state=row.state,
            version=row.version,
            claimed_by=row.holder_name if staff else None,
            claimed_by_id=strawberry.ID(str(holder)) if holder else None,
            mine=holder == me,
            pay=MoneyType.of(Money(row.pay, row.currency)) if seen is Sight.FULL else None,
            lines=[WorkLine.of(line) for line in row.lines],
            address=WorkAddress(**row.address),
            problem=row.problem if staff else None,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            created_at=row.created_at,
            updated_at=row.updated_at,
            allowed=list(allowed_actions(row.state, row.holder_id, me)) if operates else [],
        )


async def visible_work(info: Info, work_id: str) -> WorkOrder | None:
    """The work order if the caller may see it; what he may not does not exist for him."""
    try:
        row = await load_work(info.context, UUID(work_id))
    except ValueError:
        return None
    if row is None:
        return None
    seen = sight(info.context.identity, row.owner_id, row.partner_id)
    if seen is Sight.NONE:
        return None
    return WorkOrder.of(row, info.context.identity, seen)
