"""The shop: the catalogue, and the order from its first line to its end."""

from functools import partial

from shared.idempotency.sweeper import IdempotencySweeper
from shared.service import Runtime, Service
from subgraphs.shop.catalogue.seed import seed
from subgraphs.shop.consumer import CONSUMER
from subgraphs.shop.orders.sweeper import Sweeper
from subgraphs.shop.schema import schema


def create(runtime: Runtime) -> Service:
    """The service on its own database. The catalogue is demo data, and put in for demos alone."""
    sweeper = Sweeper(runtime.database, runtime.settings)
    keys = IdempotencySweeper(runtime.database)
    return Service(
        name="shop",
        runtime=runtime,
        schema=schema,
        consumers=[CONSUMER],
        background=[sweeper.run, keys.run, *([] if runtime.live is None else [runtime.live.run])],
        seed=partial(seed, runtime.database) if runtime.settings.demo else None,
    )
