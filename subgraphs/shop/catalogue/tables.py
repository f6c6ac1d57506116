"""Rows of the catalogue."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.shop.base import Base


class ProductRow(Base):
    """A ready-made part. Its model belongs to the editor and may be read by everyone."""

    __tablename__ = "product"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str]
    model_id: Mapped[UUID] = mapped_column(unique=True)
    default_material: Mapped[str]
    default_finish: Mapped[str]
    position: Mapped[int]
