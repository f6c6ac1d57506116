"""What partners are told: the events that are theirs, by public names, and nothing else of them.

The names and fields are a promise to programs that we do not know: add, never change.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import orjson

from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.events import (
    OrderCancelled,
    OrderClosed,
    OrderConfirmed,
    OrderCreated,
    OrderDelivered,
    OrderExpired,
    OrderManufactured,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderRejected,
    OrderShipped,
    ProductionProblemReported,
    ProductionStarted,
)


class Kind(StrEnum):
    """What happened to an order."""

    PRICED = "order.priced"
    PRICING_FAILED = "order.pricing_failed"
    PLACED = "order.placed"
    CONFIRMED = "order.confirmed"
    REJECTED = "order.rejected"
    PRODUCTION_STARTED = "order.production_started"
    PROBLEM = "order.problem"
    MANUFACTURED = "order.manufactured"
    SHIPPED = "order.shipped"
    DELIVERED = "order.delivered"
    CANCELLED = "order.cancelled"
    EXPIRED = "order.expired"
    CLOSED = "order.closed"


TEST = "webhook.test"

Details = Callable[[Any], Mapping[str, object]]


def _priced(event: OrderPriceCalculated) -> Mapping[str, object]:
    return {
        "revision": event.revision,
        "total": event.total,
        "tax": event.tax,
        "currency": event.currency,
        "valid_until": event.valid_until,
        "warnings": event.warnings,
        "by_hand": event.by_hand,
    }


def _placed(event: OrderCreated) -> Mapping[str, object]:
    order = event.order
    return {
        "revision": order.revision,
        "total": order.total,
        "tax": order.tax,
        "currency": order.currency,
        "automatic": event.automatic,
    }


def _nothing(_: Event) -> Mapping[str, object]:
    return {}


NEWS: Mapping[type[Event], tuple[Kind, Details]] = MappingProxyType(
    {
        OrderPriceCalculated: (Kind.PRICED, _priced),
        OrderPricingFailed: (
            Kind.PRICING_FAILED,
            lambda event: {
                "revision": event.revision,
                "line_id": event.line_id,
                "code": event.code,
                "message": event.message,
            },
        ),
        OrderCreated: (Kind.PLACED, _placed),
        OrderConfirmed: (Kind.CONFIRMED, _nothing),
        OrderRejected: (Kind.REJECTED, lambda event: {"reason": event.reason}),
        ProductionStarted: (Kind.PRODUCTION_STARTED, _nothing),
        ProductionProblemReported: (Kind.PROBLEM, lambda event: {"kind": event.kind}),
        OrderManufactured: (Kind.MANUFACTURED, _nothing),
        OrderShipped: (
            Kind.SHIPPED,
            lambda event: {"carrier": event.carrier, "tracking_number": event.tracking_number},
        ),
        OrderDelivered: (Kind.DELIVERED, lambda event: {"delivered_at": event.delivered_at}),
        OrderCancelled: (Kind.CANCELLED, lambda event: {"reason": event.reason}),
        OrderExpired: (Kind.EXPIRED, lambda event: {"reason": event.reason}),
        OrderClosed: (Kind.CLOSED, _nothing),
    }
)


def kind_of(event: Event) -> Kind:
    """The public name of an event. Raises KeyError for one that is nobody's news."""
    return NEWS[type(event)][0]


def body_of(
    event: Event, envelope: Envelope, reference: str, partner_reference: str | None
) -> bytes:
    """The JSON of an event about an order of these names. Raises KeyError as `kind_of` does.

    Its form is that of the Standard Webhooks specification: `type`, `timestamp`, `data`.
    """
    kind, details = NEWS[type(event)]
    data = {
        "order_id": str(envelope.correlation_id),
        "reference": reference,
        "partner_reference": partner_reference,
        **details(event),
    }
    return _json(kind, envelope.occurred_at, data)


def test_body(at: object) -> bytes:
    """What a partner is sent who wants to try an address."""
    return _json(TEST, at, {"message": "This is a test. Nothing happened to any order."})


def _json(kind: str, at: object, data: Mapping[str, object]) -> bytes:
    return orjson.dumps({"type": kind, "timestamp": at, "data": data}, default=str)
