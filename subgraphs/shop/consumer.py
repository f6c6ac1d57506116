"""What the shop listens to."""

from shared.messaging import Consumer
from shared.messaging.events import (
    AccountRegistered,
    FileExpired,
    FileRejected,
    FileUploaded,
    OrderConfirmed,
    OrderDelivered,
    OrderManufactured,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderRejected,
    OrderShipped,
    ProductionProblemReported,
    ProductionResumed,
    ProductionStarted,
    WorkClaimed,
    WorkReleased,
)
from shared.messaging.subscriptions import SUBSCRIPTIONS
from subgraphs.shop.orders import handlers, model_handlers

CONSUMER = Consumer(
    name="shop",
    producers=SUBSCRIPTIONS["shop"],
    handlers={
        AccountRegistered: handlers.account_registered,
        FileUploaded: model_handlers.file_uploaded,
        FileRejected: model_handlers.file_rejected,
        FileExpired: model_handlers.file_expired,
        OrderPriceCalculated: handlers.price_calculated,
        OrderPricingFailed: handlers.pricing_failed,
        OrderConfirmed: handlers.confirmed,
        OrderRejected: handlers.rejected,
        WorkClaimed: handlers.claimed,
        WorkReleased: handlers.released,
        ProductionStarted: handlers.production_started,
        ProductionProblemReported: handlers.problem_reported,
        ProductionResumed: handlers.production_resumed,
        OrderManufactured: handlers.manufactured,
        OrderShipped: handlers.shipped,
        OrderDelivered: handlers.delivered,
    },
)
