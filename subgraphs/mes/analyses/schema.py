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
        )


@federation.type(keys=["id"])
class Model:
    """A part as pricing sees it."""

    id: strawberry.ID

    @strawberry.field(
        description="In the first material of the price book, as it lies; null until computed, and "
        "for another person's."
    )
    async def analysis(
        self, info: Info, units: Units = Units.MM, scale: float = 1.0
    ) -> Analysis | None:
        try:
            model_id = UUID(self.id)
        except ValueError:
            return None

        async def load(
            wanted: Sequence[tuple[UUID, Units, float]],
        ) -> list[pricing.Analysis | None]:
            return await _load(info, wanted)

        found = await info.context.loader("analyses", load).load((model_id, units, scale))
        return None if found is None else Analysis.of(found)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:  # noqa: A002
        return cls(id=id)


async def _load(
    info: Info, wanted: Sequence[tuple[UUID, Units, float]]
) -> list[pricing.Analysis | None]:
    identity = info.context.identity
    async with info.context.runtime.database.reading() as session:
        profile = (await book_in_force(session)).book.materials[0].profile
        files = await ModelFileRepository(session).find_many({one[0] for one in wanted})
        keys: list[str | None] = []
        for model_id, units, scale in wanted:
            file = files.get(model_id)
            request = AnalysisRequest(model_id, profile, units.value, scale)
            if isinstance(file, KnownFile) and may_ask(identity, file):
                keys.append(request.key(file.content_hash))
            else:
                keys.append(None)
        answers = await AnalysisRepository(session).find_many({key for key in keys if key})
    found = [answers.get(key) if key else None for key in keys]
    return [one if isinstance(one, pricing.Analysis) else None for one in found]
