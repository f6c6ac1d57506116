"""The event that tells the other services of a step."""

from typing import Literal

from shared.identity import Identity
from shared.messaging.event import Event
from shared.messaging.events import (
    OrderDelivered,
    OrderManufactured,
    OrderShipped,
    ProductionProblemReported,
    ProductionResumed,
    ProductionStarted,
    WorkClaimed,
    WorkReleased,
)
from subgraphs.operator.work.lifecycle import Step
from subgraphs.operator.work.tables import WorkOrder

_PLAIN: dict[
    Step,
    type[WorkClaimed]
    | type[WorkReleased]
    | type[ProductionStarted]
    | type[ProductionResumed]
    | type[OrderManufactured],
] = {
    Step.CLAIM: WorkClaimed,
    Step.RELEASE: WorkReleased,
    Step.START: ProductionStarted,
    Step.RESUME: ProductionResumed,
    Step.FINISH: OrderManufactured,
}
_PROBLEMS: dict[Step, Literal["REWORK", "SCRAP"]] = {Step.REWORK: "REWORK", Step.SCRAP: "SCRAP"}


def of(step: Step, work: WorkOrder, operator: Identity) -> Event:
    """What is published when `operator` took `step`, with `work` as it is afterwards.

    A cancellation is the shop's own news: KeyError.
    """
    me, name = operator.subject, operator.name
    if step is Step.DELIVER:
        return OrderDelivered(order_id=work.id, delivered_at=work.updated_at)
    if step is Step.SHIP:
        return OrderShipped(
            order_id=work.id,
            operator_id=me,
            operator_name=name,
            carrier=work.carrier or "",
            tracking_number=work.tracking_number or "",
        )
    if step in _PROBLEMS:
        return ProductionProblemReported(
            order_id=work.id,
            operator_id=me,
            operator_name=name,
            kind=_PROBLEMS[step],
            reason=work.problem or "",
        )
    return _PLAIN[step](order_id=work.id, operator_id=me, operator_name=name)
