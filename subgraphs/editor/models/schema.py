"""What the graph can ask and do about models."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from shared.graphql.types import IDEMPOTENCY_KEY, PageInfo
from subgraphs.editor.models.repair import repair_model
from subgraphs.editor.models.repository import ModelRepository
from subgraphs.editor.models.service import ModelService
from subgraphs.editor.models.types import Model

_COUNTED = 1_000


@strawberry.type
class ModelConnection:
    """A page of models, newest first."""

    nodes: list[Model]
    page_info: PageInfo

    @strawberry.field(description=f"How many there are in all, counted up to {_COUNTED:,}.")
    async def total_count(self, info: Info) -> int | None:
        async with info.context.runtime.database.reading() as session:
            return await ModelRepository(session).count(info.context.identity.owners, _COUNTED)


@strawberry.type
class UploadHeader:
    """A header that the upload must carry, as it was signed."""

    name: str
    value: str


@strawberry.type
class Upload:
    """Where to send the bytes of a model: exactly `model.size` of them, before `expiresAt`."""

    model: Model
    url: str
    method: str
    headers: list[UploadHeader]
    expires_at: datetime


@strawberry.type
class ModelQuery:
    @strawberry.field(description="Null when it does not exist or is not the caller's to see.")
    async def model(self, info: Info, id: strawberry.ID) -> Model | None:  # noqa: A002
        return await Model.visible(info, id)

    @strawberry.field(description="The caller's models, newest first.")
    async def my_models(
        self, info: Info, first: int = 25, after: str | None = None
    ) -> ModelConnection | None:
        size = page_size(first)
        before = None if after is None else decode_cursor(after)[1]
        async with info.context.runtime.database.reading() as session:
            rows = await ModelRepository(session).of_owners(
                info.context.identity.owners, size + 1, before
            )
        shown = rows[:size]
        cursor = encode_cursor(shown[-1].created_at, shown[-1].id) if shown else None
        return ModelConnection(
            nodes=[Model.of(row) for row in shown],
            page_info=PageInfo(has_next_page=len(rows) > size, end_cursor=cursor),
        )


@strawberry.type
class ModelMutation:
    @strawberry.mutation(description="Give a model its id, and the address to send it to.")
    async def create_upload(
        self,
        info: Info,
        file_name: str,
        size: int,
        content_type: str | None = None,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> Upload:
        context = info.context
        started = await ModelService(context.runtime).create_upload(
            context.identity, file_name, size, content_type, key=idempotency_key
        )
        return Upload(
            model=Model.of(started.model),
            url=started.request.url,
            method=started.request.method,
            headers=[
                UploadHeader(name=name, value=value)
                for name, value in started.request.headers.items()
            ],
            expires_at=started.expires_at,
        )

    @strawberry.mutation(description="The bytes are sent: check the model. May be repeated.")
    async def complete_upload(self, info: Info, model_id: strawberry.ID) -> Model:
        service = ModelService(info.context.runtime)
        return Model.of(await service.complete_upload(info.context.identity, _uuid(model_id)))

    @strawberry.mutation(
        description="Accept the repair that the check offers: gives a new model, keeps this one."
    )
    async def repair_model(
        self,
        info: Info,
        model_id: strawberry.ID,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> Model:
        context = info.context
        row = await repair_model(
            context.runtime, context.identity, _uuid(model_id), idempotency_key
        )
        return Model.of(row)

    @strawberry.mutation(description="Forget a model and its bytes. May be repeated.")
    async def delete_model(self, info: Info, model_id: strawberry.ID) -> bool:
        service = ModelService(info.context.runtime)
        await service.delete(info.context.identity, _uuid(model_id))
        return True


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such model. Upload the file again.") from None
