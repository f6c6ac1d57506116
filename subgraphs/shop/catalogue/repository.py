"""All SQL on products."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.shop.catalogue.tables import ProductRow


async def all_products(session: AsyncSession) -> Sequence[ProductRow]:
    """The catalogue in its order."""
    query = sa.select(ProductRow).order_by(ProductRow.position, ProductRow.id)
    return (await session.scalars(query)).all()


async def by_slug(session: AsyncSession, slug: str) -> ProductRow | None:
    """One product."""
    query = sa.select(ProductRow).where(ProductRow.slug == slug)
    return (await session.scalars(query)).one_or_none()


async def put(session: AsyncSession, product: dict[str, Any]) -> None:
    """Add a product, or bring it up to date."""
    statement = insert(ProductRow).values(**product)
    changes = {name: value for name, value in product.items() if name != "id"}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[ProductRow.id], set_=changes)
    )
