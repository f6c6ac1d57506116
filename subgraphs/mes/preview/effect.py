"""What another price book would change for orders that were priced: pure, one page at a time."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from jobs.pricing.agreement import Customer
from shared.messaging.events import RequestedLine
from subgraphs.mes.orders.plan import Known, LinePriced, paid_before, price_line
from subgraphs.mes.refusal import Refusal

MOST_SHOWN = 10


@dataclass(frozen=True)
class PricedOrder:
    """An order whose newest lines have a price."""

    order_id: UUID
    customer: Customer
    lines: tuple[RequestedLine, ...]


@dataclass(frozen=True)
class LineEffect:
    """A line under both books, net of tax, in minor units. `after` is None when it could no longer
    be priced, and `refusal` says why."""

    order_id: UUID
    line: RequestedLine
    before: int
    after: int | None
    refusal: Refusal | None = None

    @property
    def change(self) -> int:
        """How much more it costs."""
        return 0 if self.after is None else self.after - self.before


@dataclass
class Effect:
    """The sum of what was looked at so far. `before` and `after` are of the `compared` lines.

    `unknown` lines could not be computed anew by the book in force either, or wait for an
    analysis that the other book asks for.
    """

    orders: int = 0
    compared: int = 0
    raised: int = 0
    lowered: int = 0
    unknown: int = 0
    before: int = 0
    after: int = 0
    largest: list[LineEffect] = field(default_factory=list)
    lost: list[LineEffect] = field(default_factory=list)
    lost_count: int = 0

    def add(
        self,
        orders: Sequence[PricedOrder],
        current: Known,
        draft: Known,
        enough: Callable[[], bool],
    ) -> None:
        """Compare the lines of these orders; all that they need is in both `Known`. No further
        order is begun once it is `enough`."""
        for order in orders:
            if enough():
                break
            self.orders += 1
            books = [
                replace(known, customer=order.customer, spread=False) for known in (current, draft)
            ]
            for line, paid in zip(order.lines, paid_before(order.lines), strict=True):
                old, new = (price_line(line, known, paid) for known in books)
                self._take(order.order_id, line, old, new)
        self.largest = heapq.nlargest(MOST_SHOWN, self.largest, key=lambda one: abs(one.change))

    def _take(self, order_id: UUID, line: RequestedLine, old: object, new: object) -> None:
        if not isinstance(old, LinePriced) or not isinstance(new, LinePriced | Refusal):
            self.unknown += 1
            return
        before = old.price.net_minor
        if isinstance(new, Refusal):
            self.lost_count += 1
            if len(self.lost) < MOST_SHOWN:
                self.lost.append(LineEffect(order_id, line, before, None, new))
            return
        found = LineEffect(order_id, line, before, new.price.net_minor)
        self.compared += 1
        self.before += before
        self.after += new.price.net_minor
        self.raised += found.change > 0
        self.lowered += found.change < 0
        if found.change:
            self.largest.append(found)
