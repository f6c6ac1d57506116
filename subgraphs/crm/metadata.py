"""All tables of CRM's database."""

from subgraphs.crm.base import Base
from subgraphs.crm.customers import tables as customers
from subgraphs.crm.journey import tables as journey
from subgraphs.crm.reviews import tables as reviews

__all__ = ["customers", "journey", "metadata", "reviews"]

metadata = Base.metadata
