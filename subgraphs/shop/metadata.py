"""All tables of the shop's database."""

from subgraphs.shop.base import Base
from subgraphs.shop.catalogue import tables as catalogue
from subgraphs.shop.models import tables as models
from subgraphs.shop.orders import tables as orders

__all__ = ["catalogue", "metadata", "models", "orders"]

metadata = Base.metadata
