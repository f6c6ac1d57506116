"""The catalogue in the graph. Everyone may read it."""

from typing import Self

import strawberry

from shared.graphql import Info
from subgraphs.shop.catalogue import repository
from subgraphs.shop.catalogue.tables import ProductRow
from subgraphs.shop.foreign import Finish, Material, Model


@strawberry.type
class Product:
    """A ready-made part."""

    id: strawberry.ID
    slug: str
    name: str
    description: str
    model: Model | None
    default_material: Material | None
    default_finish: Finish | None

    @classmethod
    def of(cls, row: ProductRow) -> Self:
        """The product of a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            slug=row.slug,
            name=row.name,
            description=row.description,
            model=Model(id=strawberry.ID(str(row.model_id))),
            default_material=Material(code=row.default_material),
            default_finish=Finish(code=row.default_finish),
        )


@strawberry.type
class CatalogueQuery:
    @strawberry.field(description="The catalogue, in its order.")
    async def products(self, info: Info) -> list[Product] | None:
        async with info.context.runtime.database.reading() as session:
            return [Product.of(row) for row in await repository.all_products(session)]

    @strawberry.field(description="Null when there is no such product.")
    async def product(self, info: Info, slug: str) -> Product | None:
        async with info.context.runtime.database.reading() as session:
            row = await repository.by_slug(session, slug)
        return None if row is None else Product.of(row)
