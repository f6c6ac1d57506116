"""What mes adds to a model in the graph."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from jobs.pricing import analysis as pricing
from shared.graphql import Info
from shared.graphql.types import Units
from subgraphs.mes.analyses.repository import AnalysisRepository
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.access import may_ask
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.files.repository import ModelFileRepository
from subgraphs.mes.pricebook.current import book_in_force

Wanted = tuple[UUID, Units, float, str | None]


@strawberry.type
class Orientation:
    """A way to lay the part, by a turn about x, then y, then z, and what it would take so."""

    code: str = strawberry.field(description="as_given, least_support or least_height.")
    rotation: list[float] = strawberry.field(description="Degrees, as an order's line takes them.")
    print_seconds: float
    material_mm3: float
    support_mm3: float
    box_mm: list[float]

    @classmethod
    def of(cls, found: pricing.Orientation) -> Self:
        """A way as it was stored."""
        return cls(
            code=found.code,
            rotation=list(found.rotation_deg),
            print_seconds=found.print_time_s,
            material_mm3=found.material_mm3,
            support_mm3=found.support_mm3,
            box_mm=list(found.box_mm),
        )


@strawberry.type
class Analysis:
    """What the geometry takes to be made, for one part. `review`: why a person should look."""

    volume_mm3: float
    area_mm2: float
    box_mm: list[float]
    support_mm3: float
    print_seconds: float
    layers: int
    review: list[str]
    smallest_wall_mm: float | None = strawberry.field(
        description="The thinnest wall that was sampled; null where walls were not measured."
    )
    trapped_mm3: float = strawberry.field(description="Hollow space with no way out.")
    orientations: list[Orientation] = strawberry.field(
        description="The part as it lies, then better ways to lay it, if there are any."
    )

    @classmethod
    def of(cls, found: pricing.Analysis) -> Self:
        """An analysis as it was stored."""
        return cls(
            volume_mm3=found.volume_mm3,
            area_mm2=found.area_mm2,
            box_mm=list(found.box_mm),
            support_mm3=found.support_mm3,
            print_seconds=found.print_time_s,
            layers=found.layers,
            review=list(found.review),
            smallest_wall_mm=found.smallest_wall_mm,
            trapped_mm3=found.trapped_mm3,
            orientations=[Orientation.of(one) for one in found.orientations],
        )


@federation.type(keys=["id"])
class Model:
    """A part as pricing sees it."""

    id: strawberry.ID

    @strawberry.field(
        description="In a material (its code) or the first of the price book, as it lies in its "
        "file; null until computed, and for another person's."
    )
    async def analysis(
        self,
        info: Info,
        units: Units = Units.MM,
        scale: float = 1.0,
        material: str | None = None,
    ) -> Analysis | None:
        try:
            model_id = UUID(self.id)
        except ValueError:
            return None

        async def load(
            wanted: Sequence[Wanted],
        ) -> list[pricing.Analysis | None]:
            return await _load(info, wanted)

        found = await info.context.loader("analyses", load).load((model_id, units, scale, material))
        return None if found is None else Analysis.of(found)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:  # noqa: A002
        return cls(id=id)


async def _load(info: Info, wanted: Sequence[Wanted]) -> list[pricing.Analysis | None]:
    identity = info.context.identity
    async with info.context.runtime.database.reading() as session:
        materials = (await book_in_force(session)).book.materials
        files = await ModelFileRepository(session).find_many({one[0] for one in wanted})
        keys: list[str | None] = []
        for model_id, units, scale, code in wanted:
            file = files.get(model_id)
            chosen = [one for one in materials if code in (None, one.code)]
            if chosen and isinstance(file, KnownFile) and may_ask(identity, file):
                request = AnalysisRequest(model_id, chosen[0].profile, units.value, scale)
                keys.append(request.key(file.content_hash))
            else:
                keys.append(None)
        answers = await AnalysisRepository(session).find_many({key for key in keys if key})
    found = [answers.get(key) if key else None for key in keys]
    return [one if isinstance(one, pricing.Analysis) else None for one in found]
