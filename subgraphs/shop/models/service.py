"""Whether models can be ordered."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid, NotFound
from subgraphs.shop.models import repository
from subgraphs.shop.models.access import may_order


async def file_names(
    session: AsyncSession, model_ids: Collection[UUID], owners: Collection[UUID]
) -> dict[UUID, str]:
    """The file names of models that the caller wants to order, empty for those still in work.

    `owners` are the ids under which the caller may own something. Raises NotFound for another
    person's model and Invalid (`MODEL_REFUSED`) for one that cannot be made.
    """
    models = await repository.known(session, model_ids)
    for model in models.values():
        if not may_order(model.owner_id, model.public, owners):
            raise NotFound("There is no such model. Upload the file, then order it.")
        if model.refusal is not None:
            raise Invalid(model.refusal, "MODEL_REFUSED", modelId=str(model.id))
    return {
        model_id: models[model_id].file_name if model_id in models else "" for model_id in model_ids
    }
