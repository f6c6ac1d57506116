"""CRM: customers, the review of orders, and the journey of each across all services."""

from shared.idempotency.sweeper import IdempotencySweeper
from shared.service import Runtime, Service
from subgraphs.crm.consumers import JOURNEY, decisions
from subgraphs.crm.schema import schema


def create(runtime: Runtime) -> Service:
    """The service on its own database."""
    return Service(
        name="crm",
        runtime=runtime,
        schema=schema,
        consumers=[decisions(runtime.settings.review_automatic_below), JOURNEY],
        background=[IdempotencySweeper(runtime.database).run],
    )
