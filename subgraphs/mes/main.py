"""mes, the manufacturing side of pricing, as a service."""

from functools import partial

from shared.idempotency.sweeper import IdempotencySweeper
from shared.messaging import Consumer
from shared.messaging.subscriptions import SUBSCRIPTIONS
from shared.service import Runtime, Service
from subgraphs.mes.files import handlers as files
from subgraphs.mes.orders import handlers as orders
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricebook.seed import seed
from subgraphs.mes.pricing_jobs.stage import Lane
from subgraphs.mes.pricing_jobs.sweeper import PricingSweeper
from subgraphs.mes.pricing_jobs.worker import PricingWorker, task
from subgraphs.mes.schema import schema

REGULAR_NICE = 15


def create(runtime: Runtime) -> Service:
    """Prices: the price book, analyses of models, and the jobs that compute them."""
    pricing = OrderPricing(runtime)
    uploads = files.FileHandlers(runtime.queue, pricing)
    partners = PricingWorker(runtime, pricing, nice=0)
    shoppers = PricingWorker(runtime, pricing, nice=REGULAR_NICE)
    return Service(
        "mes",
        runtime,
        schema,
        consumers=(
            Consumer(
                name="mes",
                producers=SUBSCRIPTIONS["mes"],
                handlers=files.handlers(uploads) | orders.handlers(pricing),
            ),
        ),
        tasks={
            Lane.PRIORITY.value: (task(partners, borrows=False),),
            Lane.REGULAR.value: (task(shoppers, borrows=True),),
        },
        background=(
            PricingSweeper(runtime, pricing).run,
            IdempotencySweeper(runtime.database).run,
        ),
        seed=partial(seed, runtime.database),
    )
