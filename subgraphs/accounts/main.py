"""The accounts service, put together."""

from functools import partial

from shared.idempotency.sweeper import IdempotencySweeper
from shared.service import Runtime, Service
from subgraphs.accounts.demo.seed import seed
from subgraphs.accounts.schema import schema


def create(runtime: Runtime) -> Service:
    """Accounts: who people are, how they sign in, and what their programs may do."""
    return Service(
        "accounts",
        runtime,
        schema,
        background=(IdempotencySweeper(runtime.database).run,),
        seed=partial(seed, runtime),
    )
