"""All tables of mes's database."""

from shared.idempotency import tables as idempotency
from shared.messaging.tables import attach
from subgraphs.mes.analyses import tables as analyses
from subgraphs.mes.base import Base
from subgraphs.mes.drafts import tables as drafts
from subgraphs.mes.files import tables as files
from subgraphs.mes.offers import tables as offers
from subgraphs.mes.orders import tables as orders
from subgraphs.mes.pricebook import tables as pricebook
from subgraphs.mes.pricing_jobs import tables as pricing_jobs

__all__ = [
    "analyses",
    "drafts",
    "files",
    "metadata",
    "offers",
    "orders",
    "pricebook",
    "pricing_jobs",
]

metadata = Base.metadata
attach(metadata)
idempotency.attach(metadata)
