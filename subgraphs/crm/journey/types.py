"""The journey of an order in the graph."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from shared.graphql import Info
from shared.identity import STAFF
from subgraphs.crm.access import sees_journey
from subgraphs.crm.journey import repository
from subgraphs.crm.journey.tables import JourneyOrderRow, JourneyStepRow


@strawberry.type
class JourneyStep:
    """One thing that happened, told by the service that it happened in."""

    at: datetime
    service: str
    event: str
    summary: str
    seconds_since_previous: float | None
    actor: str | None = strawberry.field(description="Who did it; for staff.")

    @classmethod
    def of(cls, row: JourneyStepRow, previous: JourneyStepRow | None, *, to_staff: bool) -> Self:
        """The step of a row; `previous` is the one before it."""
        since = None if previous is None else (row.at - previous.at).total_seconds()
        return cls(
            at=row.at,
            service=row.service,
            event=row.event,
            summary=row.summary,
            seconds_since_previous=since,
            actor=row.actor if to_staff else None,
        )


async def visible_journey(info: Info, order_id: UUID) -> list[JourneyStep]:
    """The order's steps, oldest first; none for whom it does not concern.

    Those of one request come in one query.
    """
    database, identity = info.context.runtime.database, info.context.identity

    async def load_orders(ids: Sequence[UUID]) -> list[JourneyOrderRow | None]:
        async with database.reading() as session:
            rows = await repository.by_ids(session, ids)
        return [rows.get(one) for one in ids]

    async def load_steps(ids: Sequence[UUID]) -> list[list[JourneyStepRow]]:
        async with database.reading() as session:
            steps = await repository.steps_of(session, ids)
        return [steps[one] for one in ids]

    order = await info.context.loader("journey orders", load_orders).load(order_id)
    if order is None or not sees_journey(identity, order.owner_id, order.partner_id):
        return []
    steps = await info.context.loader("journey steps", load_steps).load(order_id)
    to_staff = identity.has(*STAFF)
    return [
        JourneyStep.of(step, previous, to_staff=to_staff)
        for step, previous in zip(steps, [None, *steps], strict=False)
    ]
