"""What a draft changes, in the graph."""

from datetime import datetime
from typing import Self

import strawberry

from shared.graphql.types import MoneyType
from shared.money import Money
from subgraphs.mes.orders.schema import Order
from subgraphs.mes.preview.effect import LineEffect
from subgraphs.mes.preview.service import Preview
from subgraphs.mes.quotes.breakdown import money


@strawberry.type
class PreviewSum:
    """A sum over many orders: `minor` units, which may be more than an Int holds."""

    minor: float
    text: str

    @classmethod
    def of(cls, minor: int, currency: str) -> Self:
        """Minor units in the graph."""
        return cls(minor=float(minor), text=Money(minor, currency).text)


@strawberry.type
class PreviewLine:
    """A line of an order under both price books, before tax. Without `after` it could no longer be
    priced, and `problem` says why."""

    order: Order
    line_id: strawberry.ID
    material: str
    finish: str
    quantity: int
    before: MoneyType
    after: MoneyType | None
    change: MoneyType | None
    change_percent: float | None
    problem: str | None

    @classmethod
    def of(cls, effect: LineEffect, currency: str) -> Self:
        """A line in the words of the graph."""
        after, before = effect.after, effect.before
        return cls(
            order=Order(id=strawberry.ID(str(effect.order_id)), request=None),
            line_id=strawberry.ID(str(effect.line.line_id)),
            material=effect.line.material,
            finish=effect.line.finish,
            quantity=effect.line.quantity,
            before=money(before, currency),
            after=None if after is None else money(after, currency),
            change=None if after is None else money(effect.change, currency),
            change_percent=effect.change / before * 100 if after is not None and before else None,
            problem=effect.refusal.message if effect.refusal else None,
        )


@strawberry.type
class PriceBookPreview:
    """What a draft would have changed for the orders priced since then, before tax.

    Both sums are of `comparedLines`, computed from the stored analyses with the book in force and
    with the draft. When it is not `complete`, only the newest `orders` of `ofOrders` were computed
    in the time that a page may take.
    """

    since: datetime
    orders: int
    of_orders: int
    complete: bool
    compared_lines: int
    raised_lines: int
    lowered_lines: int
    unknown_lines: int = strawberry.field(
        description="Not computed: their analysis is not stored, or the draft needs another one."
    )
    lost_lines: int = strawberry.field(description="Could no longer be priced.")
    before: PreviewSum
    after: PreviewSum
    change: PreviewSum
    change_percent: float | None
    largest: list[PreviewLine] = strawberry.field(description="The ten largest changes.")
    lost: list[PreviewLine] = strawberry.field(description="Ten of the lines that are lost.")

    @classmethod
    def of(cls, found: Preview, currency: str) -> Self:
        """A preview in the words of the graph."""
        effect = found.effect
        change = effect.after - effect.before
        return cls(
            since=found.since,
            orders=effect.orders,
            of_orders=found.of_orders,
            complete=found.complete,
            compared_lines=effect.compared,
            raised_lines=effect.raised,
            lowered_lines=effect.lowered,
            unknown_lines=effect.unknown,
            lost_lines=effect.lost_count,
            before=PreviewSum.of(effect.before, currency),
            after=PreviewSum.of(effect.after, currency),
            change=PreviewSum.of(change, currency),
            change_percent=change / effect.before * 100 if effect.before else None,
            largest=[PreviewLine.of(line, currency) for line in effect.largest],
            lost=[PreviewLine.of(line, currency) for line in effect.lost],
        )
