"""A model in the graph."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from jobs.models.report import ModelReport as StoredReport
from jobs.models.report import RepairOffer
from shared.graphql import Info
from shared.graphql.types import Units
from shared.identity import Identity
from subgraphs.editor.models.access import may_change
from subgraphs.editor.models.lifecycle import ModelStatus as Status
from subgraphs.editor.models.report import UNITS
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.service import readable
from subgraphs.editor.models.tables import ModelRow
from subgraphs.editor.models.upload import original_key, preview_key, viewer_key


@strawberry.enum
class ModelStatus(Enum):
    """Where a model is in its life."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"
    EXPIRED = "expired"


@strawberry.enum
class WarningSeverity(Enum):
    """A problem keeps the part from being made as it is; a warning should be looked at."""

    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@strawberry.type
class ModelRejection:
    """Why a file cannot be used, and what to do."""

    code: str
    message: str


@strawberry.type
class ModelWarning:
    """What is worth knowing about a part before it is made."""

    code: str
    severity: WarningSeverity
    message: str


@strawberry.type
class ModelRepair:
    """What a repair would change. Nothing is repaired unless `repairModel` accepts it."""

    open_edges: int = strawberry.field(description="Sides of triangles that would be closed.")
    volume_mm3: float
    volume_change: float = strawberry.field(description="0.003 is 0.3 % more than before.")
    triangles: int
    message: str

    @classmethod
    def of(cls, stored: RepairOffer) -> Self:
        """The offer as it was stored."""
        return cls(
            open_edges=stored.open_edges,
            volume_mm3=stored.volume_after_mm3,
            volume_change=stored.volume_change,
            triangles=stored.triangles_after,
            message=stored.sentence,
        )


@strawberry.type
class ModelReport:
    """What the check found, in mm under `units`."""

    units: Units
    units_certain: bool = strawberry.field(description="False when a person should choose it.")
    box_mm: list[float]
    volume_mm3: float
    area_mm2: float
    triangles: int
    bodies: int
    watertight: bool
    warnings: list[ModelWarning]
    repair: ModelRepair | None = strawberry.field(
        description="An open surface that can be closed without guessing."
    )

    @classmethod
    def of(cls, stored: StoredReport) -> Self:
        """The report as it was stored."""
        return cls(
            units=Units(UNITS[stored.unit]),
            units_certain=not stored.ask_unit,
            box_mm=list(stored.box_mm),
            volume_mm3=stored.volume_mm3,
            area_mm2=stored.area_mm2,
            triangles=stored.triangles,
            bodies=stored.bodies,
            watertight=stored.watertight,
            warnings=[
                ModelWarning(
                    code=warning.code,
                    severity=WarningSeverity(warning.severity),
                    message=warning.sentence,
                )
                for warning in stored.warnings
            ],
            repair=None if stored.repair is None else ModelRepair.of(stored.repair),
        )


@federation.type(keys=["id"])
class Model:
    """A part as a file of triangles. Addresses of its objects are valid for an hour."""

    id: strawberry.ID
    file_name: str
    size: int = strawberry.field(description="Bytes.")
    status: ModelStatus
    content_hash: str | None = strawberry.field(description="SHA-256 of the bytes.")
    format: str | None
    rejection: ModelRejection | None
    created_at: datetime
    row: strawberry.Private[ModelRow]

    @strawberry.field
    def report(self) -> ModelReport | None:
        stored = self.row.report
        return None if stored is None else ModelReport.of(StoredReport.from_dict(stored))

    @strawberry.field(description="A picture (PNG), once the model is ready.")
    def preview_url(self, info: Info) -> str | None:
        return self._address(info, preview_key(self.row.id))

    @strawberry.field(description="A small mesh for the 3D view (GLB, mm), once it is ready.")
    def viewer_url(self, info: Info) -> str | None:
        return self._address(info, viewer_key(self.row.id))

    @strawberry.field(description="The file as it was uploaded, once it is ready.")
    def download_url(self, info: Info) -> str | None:
        return self._address(info, original_key(self.row.id), self.row.file_name)

    @strawberry.field(description="Whether it is the caller's, to delete. A product's is nobody's.")
    def mine(self, info: Info) -> bool:
        return may_change(info.context.identity, self.row.owner_id, public=self.row.public)

    @strawberry.field(description="The model that this one is the repaired form of.")
    async def repaired_from(self, info: Info) -> Self | None:
        original = self.row.repaired_from
        return None if original is None else await self.visible(info, str(original))

    @strawberry.field(description="Its repaired form, once it was asked for.")
    async def repaired_as(self, info: Info) -> Self | None:
        async def load(ids: Sequence[UUID]) -> list[ModelRow | None]:
            async with info.context.runtime.database.reading() as session:
                forms = await ModelRepository(session).repaired_forms(ids)
            return [forms.get(one) for one in ids]

        row = await info.context.loader("repaired models", load).load(self.row.id)
        return self.seen_by(info.context.identity, row)

    def _address(self, info: Info, key: str, file_name: str | None = None) -> str | None:
        if self.row.status != Status.READY:
            return None
        return info.context.runtime.storage.presign_get(key, file_name=file_name)

    @classmethod
    def of(cls, row: ModelRow) -> Self:
        """The model of a row that the caller may see."""
        rejection = None
        if row.rejection_code is not None:
            rejection = ModelRejection(code=row.rejection_code, message=row.rejection_message or "")
        return cls(
            id=strawberry.ID(str(row.id)),
            file_name=row.file_name,
            size=row.size,
            status=ModelStatus(row.status),
            content_hash=row.content_hash,
            format=row.format,
            rejection=rejection,
            created_at=row.created_at,
            row=row,
        )

    @classmethod
    def seen_by(cls, identity: Identity, row: ModelRow | None) -> Self | None:
        """The model if there is one and `identity` may see it."""
        return cls.of(row) if row is not None and readable(row, identity) else None

    @classmethod
    async def visible(cls, info: Info, id: str) -> Self | None:  # noqa: A002 - the graph's word
        """The model called `id`, or None; those of one request are read together."""
        try:
            model_id = UUID(id)
        except ValueError:
            return None

        async def load(ids: Sequence[UUID]) -> list[ModelRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await ModelRepository(session).find_many(ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("models", load).load(model_id)
        return cls.seen_by(info.context.identity, row)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002
        return await cls.visible(info, id)
