"""The ready-made products of the demo. The editor puts in their models under the same fixed ids."""

from dataclasses import asdict, dataclass
from uuid import UUID

from db.engine import Database
from shared.ids import demo_id
from subgraphs.shop.catalogue import repository


@dataclass(frozen=True, slots=True)
class Product:
    """A product before it is in the database; materials and finishes are codes of mes."""

    slug: str
    name: str
    description: str
    default_material: str
    default_finish: str

    @property
    def model_id(self) -> UUID:
        """The id under which the editor knows the product's model."""
        return demo_id("model", self.slug)


PRODUCTS = (
    Product(
        "bracket",
        "Angle bracket",
        "A stiff right angle with two screw holes on each side, for shelves and frames.",
        "PETG",
        "raw",
    ),
    Product(
        "ring",
        "Signet ring",
        "A plain ring with a flat face, cast in silver from a printed wax.",
        "SILVER-925",
        "polished",
    ),
    Product(
        "gear",
        "Spur gear",
        "A spur gear with a bore for a shaft, in tough powder-printed nylon.",
        "PA12",
        "raw",
    ),
    Product(
        "enclosure",
        "Electronics enclosure",
        "A box with standoffs for a small circuit board.",
        "ABS",
        "raw",
    ),
    Product(
        "vase",
        "Twisted vase",
        "A vase with a twist, best in a colour and finish you like.",
        "PLA",
        "sanded",
    ),
    Product(
        "hook",
        "Wall hook",
        "A hook for a coat or a bag, screwed to the wall.",
        "PETG",
        "raw",
    ),
)


async def seed(database: Database) -> None:
    """Put the products in, or bring them up to date."""
    async with database.transaction() as session:
        for position, product in enumerate(PRODUCTS, start=1):
            row = asdict(product) | {
                "id": demo_id("product", product.slug),
                "model_id": product.model_id,
                "position": position,
            }
            await repository.put(session, row)
